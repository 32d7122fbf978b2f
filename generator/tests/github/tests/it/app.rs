//! An App's key, and the tokens that it signs.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rsa::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use serde_json::json;

/// A key that was made for one test.
pub(crate) struct Key {
    private: EncodingKey,
    /// The other half in PEM.
    pub(crate) public: String,
}

impl Key {
    pub(crate) fn new() -> Key {
        // It guards nothing, so it may be small, and made anew each time.
        let private = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).expect("a key");
        let public = private
            .to_public_key()
            .to_public_key_pem(LineEnding::LF)
            .expect("PEM");
        let pem = private.to_pkcs8_pem(LineEnding::LF).expect("PEM");
        Key {
            private: EncodingKey::from_rsa_pem(pem.as_bytes()).expect("a key"),
            public,
        }
    }

    /// A token for ten minutes from now, as GitHub wants it.
    pub(crate) fn token(&self, app: u64, now: Timestamp) -> String {
        self.token_until(app, now, now.as_second() + 540)
    }

    /// A token until then.
    pub(crate) fn token_until(&self, app: u64, now: Timestamp, end: i64) -> String {
        let claims = json!({"iss": app.to_string(), "iat": now.as_second() - 60, "exp": end});
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.private)
            .expect("signed")
    }
}
