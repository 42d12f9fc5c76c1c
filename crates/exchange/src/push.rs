//! HTTP push: one connection, one request, one answer.

use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::{ANSWER_MOST, Delivery, DeliveryError, Taken};

/// `http://host:port/path` or `https://host:port/path`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    uri: Uri,
    host: String,
    port: u16,
    is_secure: bool,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.uri)
    }
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no address: https://host:port/path, without a user or a fragment")]
pub struct AddressError;

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| AddressError)?;
        let is_secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(AddressError),
        };
        let authority = uri.authority().ok_or(AddressError)?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(AddressError);
        }
        Ok(Self {
            host: authority
                .host()
                .trim_matches(|c| c == '[' || c == ']')
                .to_owned(),
            port: authority
                .port_u16()
                .unwrap_or(if is_secure { 443 } else { 80 }),
            is_secure,
            uri,
        })
    }
}

impl Address {
    /// Whether it is spoken to under TLS.
    pub const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Whether it is this very machine.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self
                .host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    }
}

pub(crate) fn push(
    address: &Address,
    authority: Option<&str>,
    delivery: &Delivery<'_>,
    within: Duration,
) -> Result<Taken, DeliveryError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(DeliveryError::Unreachable)?;
    runtime.block_on(async {
        tokio::time::timeout(within, talk(address, authority, delivery))
            .await
            .unwrap_or(Err(DeliveryError::Slow(within)))
    })
}

async fn talk(
    address: &Address,
    authority: Option<&str>,
    delivery: &Delivery<'_>,
) -> Result<Taken, DeliveryError> {
    let stream = TcpStream::connect((address.host.as_str(), address.port))
        .await
        .map_err(DeliveryError::Unreachable)?;
    if !address.is_secure {
        return request(stream, address, delivery).await;
    }
    let untrusted = |e: &dyn fmt::Display| DeliveryError::Untrusted(e.to_string());
    let authority = authority.ok_or_else(|| untrusted(&"no certificate is installed for it"))?;
    let config = trusting(authority)?;
    let name = ServerName::try_from(address.host.clone()).map_err(|e| untrusted(&e))?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .map_err(|e| untrusted(&e))?;
    request(stream, address, delivery).await
}

/// Whether `authority` holds certificates, in PEM, by which a server can be believed.
pub fn is_authority(authority: &str) -> bool {
    trusting(authority).is_ok()
}

/// TLS that believes one certificate, or those that it signed.
fn trusting(authority: &str) -> Result<ClientConfig, DeliveryError> {
    let untrusted = |e: &dyn fmt::Display| DeliveryError::Untrusted(e.to_string());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authority.as_bytes()) {
        let certificate = certificate.map_err(|e| untrusted(&e))?;
        roots.add(certificate).map_err(|e| untrusted(&e))?;
    }
    if roots.is_empty() {
        return Err(untrusted(&"there is no certificate in it"));
    }
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| untrusted(&e))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

async fn request(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: &Address,
    delivery: &Delivery<'_>,
) -> Result<Taken, DeliveryError> {
    let protocol = |e: &dyn fmt::Display| DeliveryError::Protocol(e.to_string());
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|e| protocol(&e))?;
    let header = |text: &str| HeaderValue::from_str(text).map_err(|e| protocol(&e));
    let host = address.uri.authority().map_or("", |a| a.as_str());
    let path = address
        .uri
        .path_and_query()
        .map_or("/", hyper::http::uri::PathAndQuery::as_str);
    let request = Request::post(path)
        .header(HOST, header(host)?)
        .header(CONTENT_TYPE, header(delivery.media_type)?)
        .header("Idempotency-Key", header(delivery.id)?)
        .body(Full::new(Bytes::copy_from_slice(delivery.bytes)))
        .map_err(|e| protocol(&e))?;
    let talk = async {
        let response = sender
            .send_request(request)
            .await
            .map_err(|e| protocol(&e))?;
        let status = response.status();
        if !status.is_success() {
            return Err(DeliveryError::Refused(status.as_u16()));
        }
        let body = Limited::new(response.into_body(), ANSWER_MOST)
            .collect()
            .await
            .map_err(|e| protocol(&e))?;
        Ok(Taken {
            answer: body.to_bytes().to_vec(),
        })
    };
    alongside(talk, connection).await
}

/// Drives `connection` until `talk` is over.
async fn alongside<T>(talk: impl Future<Output = T>, connection: impl Future) -> T {
    let (mut talk, mut connection) = (Box::pin(talk), Box::pin(connection));
    let mut open = true;
    std::future::poll_fn(move |context| {
        if open && connection.as_mut().poll(context).is_ready() {
            open = false;
        }
        talk.as_mut().poll(context)
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::{Endpoint, deliver};

    const WITHIN: Duration = Duration::from_secs(20);

    fn delivery(bytes: &[u8]) -> Delivery<'_> {
        Delivery {
            id: "0191-ab",
            media_type: "application/EDIFACT",
            bytes,
        }
    }

    fn endpoint(address: &str) -> Endpoint {
        Endpoint::Push {
            address: address.parse().unwrap(),
            authority: None,
        }
    }

    /// A server that says `answer` to one request; its address, and what it was told.
    fn server(answer: &'static [u8]) -> (String, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/in?x=1", listener.local_addr().unwrap());
        let told = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut told = Vec::new();
            let mut buffer = [0; 4096];
            while !told.ends_with(b"UNZ'") {
                let read = stream.read(&mut buffer).unwrap();
                told.extend_from_slice(&buffer[..read]);
                if read == 0 {
                    break;
                }
            }
            stream.write_all(answer).unwrap();
            String::from_utf8(told).unwrap()
        });
        (address, told)
    }

    #[test]
    fn what_is_pushed_arrives_and_the_answer_comes_back() {
        let (address, told) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n312");
        let taken = deliver(&endpoint(&address), &delivery(b"UNB+UNZ'"), WITHIN).unwrap();
        assert_eq!(taken.answer, b"312");
        let told = told.join().unwrap();
        assert!(told.starts_with("POST /in?x=1 HTTP/1.1\r\n"), "{told}");
        assert!(told.contains("idempotency-key: 0191-ab\r\n"), "{told}");
        assert!(told.ends_with("\r\n\r\nUNB+UNZ'"), "{told}");
    }

    #[test]
    fn a_redirection_is_a_refusal() {
        let (address, told) = server(
            b"HTTP/1.1 302 Found\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n",
        );
        let error = deliver(&endpoint(&address), &delivery(b"UNB+UNZ'"), WITHIN).unwrap_err();
        assert!(matches!(error, DeliveryError::Refused(302)), "{error:?}");
        told.join().unwrap();
    }

    #[test]
    fn an_answer_without_end_is_not_read_to_the_end() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n");
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
        });
        let error = deliver(&endpoint(&address), &delivery(b"UNB"), WITHIN).unwrap_err();
        assert_eq!(error.code(), "protocol");
        server.join().unwrap();
    }

    #[test]
    fn nobody_there_and_nobody_answering_are_told_apart() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let short = Duration::from_millis(50);
        let error = deliver(&endpoint(&address), &delivery(b""), short).unwrap_err();
        assert_eq!(error.code(), "slow");
        drop(listener);
        let error = deliver(&endpoint(&address), &delivery(b""), WITHIN).unwrap_err();
        assert_eq!(error.code(), "unreachable");
    }

    #[test]
    fn a_server_is_believed_by_its_own_certificate_only() {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        for (authority, believed) in [(own.cert.pem(), true), (other.cert.pem(), false)] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let (certificate, key) = (own.cert.der().clone(), own.signing_key.serialize_der());
            let server = thread::spawn(move || tls_server(&listener, certificate, key));
            let endpoint = Endpoint::Push {
                address: format!("https://localhost:{port}/").parse().unwrap(),
                authority: Some(authority),
            };
            let result = deliver(&endpoint, &delivery(b"UNB"), WITHIN);
            match result {
                Ok(taken) => assert!(believed && taken.answer == b"ok"),
                Err(error) => assert!(!believed && error.code() == "untrusted", "{error:?}"),
            }
            server.join().unwrap();
        }
    }

    /// A certificate for `name` until the end of `year`, signed by an authority of its own: the
    /// authority's certificate, the server's, and its key.
    fn signed(name: &str, year: i32) -> (String, CertificateDer<'static>, Vec<u8>) {
        use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let root = authority.self_signed(&key).unwrap();
        let issuer = Issuer::new(authority, key);
        let mut own = CertificateParams::new([name.to_owned()]).unwrap();
        own.not_after = rcgen::date_time_ymd(year, 12, 31);
        let key = KeyPair::generate().unwrap();
        let certificate = own.signed_by(&key, &issuer).unwrap();
        (root.pem(), certificate.der().clone(), key.serialize_der())
    }

    #[test]
    fn a_server_is_believed_by_who_signed_its_certificate_while_that_is_valid() {
        let (other, ..) = signed("localhost", 2099);
        for (name, year, authority, believed) in [
            ("localhost", 2099, None, true),
            ("localhost", 2099, Some(&other), false),
            ("localhost", 2020, None, false),
            ("elsewhere.example", 2099, None, false),
        ] {
            let (root, certificate, key) = signed(name, year);
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = thread::spawn(move || tls_server(&listener, certificate, key));
            let endpoint = Endpoint::Push {
                address: format!("https://localhost:{port}/").parse().unwrap(),
                authority: Some(authority.unwrap_or(&root).clone()),
            };
            match deliver(&endpoint, &delivery(b"UNB"), WITHIN) {
                Ok(taken) => assert!(believed && taken.answer == b"ok", "{name} {year}"),
                Err(error) => assert!(!believed && error.code() == "untrusted", "{error:?}"),
            }
            server.join().unwrap();
        }
    }

    fn tls_server(listener: &TcpListener, certificate: CertificateDer<'static>, key: Vec<u8>) {
        use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
        use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], PrivatePkcs8KeyDer::from(key).into())
            .unwrap();
        let (stream, _) = listener.accept().unwrap();
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        if stream.read(&mut [0; 4096]).is_ok_and(|n| n > 0) {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                .unwrap();
        }
    }

    #[test]
    fn addresses_are_checked() {
        for text in ["", "ftp://a/", "/path", "http://u:p@h/", "https://"] {
            assert_eq!(text.parse::<Address>(), Err(AddressError), "{text}");
        }
        let address: Address = "https://[::1]:8443/in".parse().unwrap();
        assert!(address.is_secure() && address.is_loopback());
        assert_eq!(address.port, 8443);
        assert!(
            !"http://aa.example/"
                .parse::<Address>()
                .unwrap()
                .is_loopback()
        );
    }
}
