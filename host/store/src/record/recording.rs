//! Recordings of calls, packed: what goes in and out of a plugin is large and much the same each time.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::{Deserialize, Serialize};
use slipway_model::recording::Recorded;

use crate::Error;

/// More than this in one call, unpacked, is not read back: nothing that is that large was put in.
const MOST_BYTES: u64 = 64 << 20;

/// One call, as zlib-compressed JSON (RFC 1950).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    packed: Packed,
}

/// Bytes, in base64 in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Packed(Vec<u8>);

impl TryFrom<String> for Packed {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, base64::DecodeError> {
        STANDARD.decode(text).map(Self)
    }
}

impl From<Packed> for String {
    fn from(packed: Packed) -> Self {
        STANDARD.encode(packed.0)
    }
}

impl Recording {
    pub fn pack(call: &Recorded) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::Recording(error);
        // In one piece: the encoder clears 32 KiB for each piece that it is given, and a serializer gives it every word.
        let text = serde_json::to_vec(call).map_err(|error| failed(error.into()))?;
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&text).map_err(failed)?;
        Ok(Self { packed: Packed(encoder.finish().map_err(failed)?) })
    }

    pub fn unpack(&self) -> Result<Recorded, Error> {
        let decoder = ZlibDecoder::new(self.packed.0.as_slice()).take(MOST_BYTES);
        serde_json::from_reader(decoder).map_err(|error| Error::Recording(error.into()))
    }
}
