//! hello-web.
