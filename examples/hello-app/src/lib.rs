//! hello-app.
