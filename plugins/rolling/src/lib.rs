//! rolling.
