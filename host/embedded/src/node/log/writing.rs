//! A guest's output, cut into lines.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

use super::{Log, Source};

/// A line longer than this is told in parts.
const LONGEST_LINE: usize = 16 << 10;
/// How much a guest may write at once.
const WRITE_BYTES: usize = 64 << 10;

/// One stream of one instance. Clones share the line that is being written.
#[derive(Clone)]
pub(crate) struct Stream(Arc<Lines>);

struct Lines {
    log: Arc<Log>,
    source: Source,
    begun: Mutex<Vec<u8>>,
}

impl Stream {
    pub fn new(log: Arc<Log>, source: Source) -> Self {
        Self(Arc::new(Lines { log, source, begun: Mutex::default() }))
    }
}

impl Lines {
    fn take(&self, bytes: &[u8]) {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in bytes {
            if *byte == b'\n' {
                self.log.line(self.source, &begun);
                begun.clear();
            } else {
                begun.push(*byte);
                if begun.len() >= LONGEST_LINE {
                    self.log.line(self.source, &begun);
                    begun.clear();
                }
            }
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let begun = self.begun.get_mut().unwrap_or_else(PoisonError::into_inner);
        if !begun.is_empty() {
            self.log.line(self.source, begun);
        }
    }
}

impl IsTerminal for Stream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Stream {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for Stream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.0.take(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE_BYTES)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Stream {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
