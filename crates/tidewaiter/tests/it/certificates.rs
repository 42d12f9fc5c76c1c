//! Certificates on both sides of the real binary: machines that are known by theirs, and carriers whose
//! servers are believed by theirs.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
};

use crate::data::Place;
use crate::serve::{paxlst, wait_for};
use crate::serve_client::Answer;

/// Who signs certificates.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key.
#[derive(Clone)]
struct Own(CertificateDer<'static>, Vec<u8>);

impl Own {
    fn fingerprint(&self) -> String {
        let hash = Sha256::digest(&self.0);
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    fn sign(&self, name: &str, year: i32, purpose: ExtendedKeyUsagePurpose) -> Own {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_after = date_time_ymd(year, 12, 31);
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        let signed = params.signed_by(&key, &self.issuer).unwrap();
        Own(signed.der().clone(), key.serialize_der())
    }

    fn client(&self, year: i32) -> Own {
        self.sign("qz-dcs", year, ExtendedKeyUsagePurpose::ClientAuth)
    }
}

fn provider() -> Arc<tokio_rustls::rustls::crypto::CryptoProvider> {
    Arc::new(tokio_rustls::rustls::crypto::ring::default_provider())
}

/// The binary, serving under TLS and asking for certificates of machines.
struct Secure {
    child: Child,
    port: u16,
    password: String,
    roots: RootCertStore,
    log: Arc<Mutex<String>>,
}

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Secure {
    fn start(place: &Place, authority: &Authority) -> Self {
        std::fs::write(place.at("clients.pem"), &authority.pem).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_tidewaiter"))
            .args(["serve", "--data", &place.at("D"), "--listen", "127.0.0.1:0"])
            .args(["--client-authority", &place.at("clients.pem")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut errors = child.stderr.take().unwrap();
        let heard = Arc::clone(&log);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = errors.read(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
                heard.lock().unwrap().push_str(&text);
            }
        });
        let (mut port, mut password) = (0, String::new());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while port == 0 {
            let line = lines
                .next()
                .unwrap_or_else(|| panic!("it does not serve: {}", log.lock().unwrap()))
                .unwrap();
            if let Some(url) = line.strip_prefix("listening on https://127.0.0.1:") {
                port = url.trim_end_matches('/').parse().unwrap();
            } else if let Some((account, word)) = line.rsplit_once(": ")
                && account.starts_with("account admin ")
            {
                password = word.to_owned();
            }
        }
        let pem = std::fs::read(place.at("D/tls/certificate.pem")).unwrap();
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(&pem).unwrap())
            .unwrap();
        Self {
            child,
            port,
            password,
            roots,
            log,
        }
    }

    /// One request under TLS; `None` when the other end breaks the connection off.
    fn ask(
        &self,
        own: Option<&Own>,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.roots.clone());
        let config = match own {
            None => config.with_no_client_auth(),
            Some(Own(certificate, key)) => config
                .with_client_auth_cert(
                    vec![certificate.clone()],
                    PrivatePkcs8KeyDer::from(key.clone()).into(),
                )
                .unwrap(),
        };
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        let mut head =
            format!("{method} /api/v1{path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        // Under TLS 1.3 a refusal of the certificate comes after the first words.
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        (!bytes.is_empty()).then(|| Answer::read(&bytes))
    }

    /// What an administrator asks, who shows no certificate.
    fn admin(&self, method: &str, path: &str, more: &[(&str, &str)], body: &Value) -> Answer {
        let json = ("content-type", "application/json");
        let name = json!({"name": "admin", "password": self.password}).to_string();
        let session = self
            .ask(None, ("POST", "/session"), &[json], name.as_bytes())
            .unwrap();
        assert_eq!(session.status, 200, "{}", session.text());
        let cookie = session.header("set-cookie").unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let csrf = session.json()["csrf"].as_str().unwrap().to_owned();
        let mut headers = vec![json, ("cookie", &cookie), ("x-csrf-token", &csrf)];
        headers.extend(more);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.ask(None, (method, path), &headers, body.as_bytes())
            .unwrap()
    }

    fn deliver(&self, own: Option<&Own>, flight: &str, transaction: &str) -> Option<u16> {
        let list = paxlst(
            flight,
            transaction,
            &[("VOSS", "ILKA", "19850612", "QZ417009")],
        );
        let answer = self.ask(own, ("POST", "/messages"), &[], list.as_bytes());
        answer.map(|answer| answer.status)
    }
}

#[test]
fn a_machine_is_known_by_its_certificate_and_no_other() {
    let place = Place::new("certificates");
    let (authority, other) = (Authority::new(), Authority::new());
    let served = Secure::start(&place, &authority);
    let own = authority.client(2099);
    let machine = json!({"name": "qz-dcs", "carriers": ["QZ"], "lane": "live",
        "certificate": own.fingerprint()});
    // Before it is let in, it is nobody.
    assert_eq!(served.deliver(Some(&own), "QZ417", "TN1"), Some(401));
    let opened = served.admin("POST", "/machines", &[], &machine);
    assert_eq!(opened.status, 201, "{}", opened.text());
    assert_eq!(opened.json()["key"], Value::Null);
    let listed = served.admin("GET", "/machines", &[], &Value::Null).json();
    assert_eq!(listed[0]["certificate"], own.fingerprint());

    assert_eq!(served.deliver(Some(&own), "QZ417", "TN1"), Some(202));
    assert_eq!(served.deliver(Some(&own), "QZ417", "TN1"), Some(200));
    // It is bound to its carriers, as with a key.
    assert_eq!(served.deliver(Some(&own), "AQ417", "TN2"), Some(403));
    // No certificate, one that nobody has let in, a key that is none beside the right one.
    assert_eq!(served.deliver(None, "QZ417", "TN3"), Some(401));
    let unknown = authority.client(2099);
    assert_eq!(served.deliver(Some(&unknown), "QZ417", "TN3"), Some(401));
    let wrong = [("authorization", "Bearer guess")];
    let answer = served.ask(Some(&own), ("POST", "/messages"), &wrong, b"UNB");
    assert_eq!(answer.unwrap().status, 401);
    // Expired, for another use, or signed by somebody else: the connection is refused.
    let expired = authority.client(2020);
    let purpose = ExtendedKeyUsagePurpose::ServerAuth;
    let server = authority.sign("qz-dcs", 2099, purpose);
    for refused in [expired, server, other.client(2099)] {
        assert_eq!(served.deliver(Some(&refused), "QZ417", "TN3"), None);
    }
    let gone = served.admin("DELETE", "/machines/qz-dcs", &[], &Value::Null);
    assert_eq!(gone.status, 204);
    assert_eq!(served.deliver(Some(&own), "QZ417", "TN4"), Some(401));
    assert!(!served.log.lock().unwrap().contains("VOSS"));
}

/// A carrier's server under TLS, which takes what it is told.
fn carrier(own: Own) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let Own(certificate, key) = own;
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivatePkcs8KeyDer::from(key).into())
        .unwrap();
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
            while !bytes.windows(4).any(|w| w == b"UNZ+") || !bytes.ends_with(b"'") {
                match stream.read(&mut buffer) {
                    Ok(read @ 1..) => bytes.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some(at) = text.find("UNB+") {
                heard.lock().unwrap().push(text[at..].to_owned());
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        }
    });
    (format!("https://localhost:{port}/in"), told)
}

#[test]
fn a_carriers_server_is_believed_by_its_own_authority_only() {
    let place = Place::new("certificates-carrier");
    let (authority, other) = (Authority::new(), Authority::new());
    let served = Secure::start(&place, &authority);
    let server = authority.sign("localhost", 2099, ExtendedKeyUsagePurpose::ServerAuth);
    let (address, told) = carrier(server);
    let own = authority.client(2099);
    let machine = json!({"name": "dcs", "carriers": ["*"], "lane": "live",
        "certificate": own.fingerprint()});
    assert_eq!(served.admin("POST", "/machines", &[], &machine).status, 201);
    let agree = |code: &str, authority: &Authority, more: &[(&str, &str)]| {
        let carrier = json!({"party": format!("{code}AIR"), "transport": "https",
            "address": address, "authority": authority.pem, "state": "live",
            "acknowledges": "contrl"});
        served.admin("PUT", &format!("/carriers/{code}"), more, &carrier)
    };
    let said = agree("QZ", &authority, &[]);
    assert_eq!((said.status, said.header("etag")), (204, Some("\"1\"")));
    assert_eq!(agree("AQ", &other, &[]).status, 204);
    // A carrier that is there is changed by whoever has seen it.
    assert_eq!(agree("QZ", &authority, &[]).status, 428);
    let tag = ("if-match", "\"1\"");
    assert_eq!(agree("QZ", &authority, &[tag]).status, 204);
    assert_eq!(agree("QZ", &authority, &[tag]).status, 412);
    let seen = served.admin("GET", "/carriers/QZ", &[], &Value::Null);
    assert_eq!((seen.status, seen.header("etag")), (200, Some("\"2\"")));

    assert_eq!(served.deliver(Some(&own), "QZ417", "TN1"), Some(202));
    assert_eq!(served.deliver(Some(&own), "AQ417", "TN2"), Some(202));
    let message = |code: &str, state: &str, fault: Value| {
        wait_for("the message", || {
            let path = format!("/carriers/{code}/messages");
            let page = served.admin("GET", &path, &[], &Value::Null).json();
            let first = page["messages"][0].clone();
            (first["state"] == state && first["fault"] == fault).then_some(first)
        })
    };
    let sent = message("QZ", "sent", Value::Null);
    assert_eq!(sent["kind"], "contrl");
    let refused = message("AQ", "waiting", json!("untrusted"));
    assert!(refused["attempts"].as_u64() >= Some(1), "{refused}");
    let told = told.lock().unwrap().clone();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("UCI+TN1+QZAIR:ZZ+TWCUST:ZZ+7'"),
        "{told:?}"
    );
    // How good the data are, as a text for the carrier.
    let plain = [("accept", "text/plain")];
    let text = served.admin("GET", "/carriers/QZ/quality", &plain, &Value::Null);
    assert!(
        text.text().starts_with("Data quality of carrier QZ\n"),
        "{}",
        text.text()
    );
    assert!(text.text().contains("  of type PAXLST"), "{}", text.text());
}
