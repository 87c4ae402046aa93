//! The plugin natively, against a small cluster that takes every object and makes it healthy when the test says so.

mod cluster;
mod course;
mod doubling;
