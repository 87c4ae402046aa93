//! The engine with real components: what works, what is refused, and what hostile ones cannot do.

mod guests;
mod hostile;
mod install;
mod plugins;
