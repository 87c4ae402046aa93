//! An answer, and how it leaves the guest.

use std::io::Write as _;

use wasip2::http::types::{Fields, OutgoingBody, OutgoingResponse, ResponseOutparam};

/// A whole answer, small enough to hold in memory.
pub(crate) struct Reply {
    /// The status code of HTTP.
    pub status: u16,
    media_type: &'static str,
    body: Vec<u8>,
    /// How the client may prove who it is.
    challenge: Option<&'static str>,
}

impl Reply {
    pub fn text(status: u16, words: &str) -> Self {
        Self::of(status, "text/plain; charset=utf-8", words.into())
    }

    /// Asks for a name and a password.
    pub fn ask(words: &str) -> Self {
        let challenge = Some(r#"Basic realm="hello", charset="UTF-8""#);
        Self { challenge, ..Self::text(401, words) }
    }

    pub fn html(page: String) -> Self {
        Self::of(200, "text/html; charset=utf-8", page.into_bytes())
    }

    pub fn json(value: &serde_json::Value) -> Self {
        Self::of(200, "application/json", format!("{value}\n").into())
    }

    fn of(status: u16, media_type: &'static str, body: Vec<u8>) -> Self {
        Self { status, media_type, body, challenge: None }
    }

    /// Sends it. A client that went away is no reason to trap, so errors of the stream end the sending only.
    pub fn send(self, out: ResponseOutparam, head_only: bool) {
        let response = OutgoingResponse::new(self.headers());
        if response.set_status_code(self.status).is_err() {
            eprintln!("{} is no status code of HTTP", self.status);
        }
        let Ok(body) = response.body() else { return };
        ResponseOutparam::set(out, Ok(response));
        if !head_only && let Ok(mut stream) = body.write() {
            // Its `write_all` waits for each part, so nothing is left to flush.
            if let Err(error) = stream.write_all(&self.body) {
                eprintln!("the client went away: {error}");
            }
        }
        if let Err(error) = OutgoingBody::finish(body, None) {
            eprintln!("the answer was not finished: {error}");
        }
    }

    fn headers(&self) -> Fields {
        let fields = Fields::new();
        let pairs = [
            ("content-type", self.media_type),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ];
        let challenge = self.challenge.map(|it| ("www-authenticate", it));
        for (name, value) in pairs.into_iter().chain(challenge) {
            if let Err(error) = fields.append(name, value.as_bytes()) {
                eprintln!("the header {name} was refused: {error}");
            }
        }
        fields
    }
}
