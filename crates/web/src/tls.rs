//! TLS: a certificate of the administration's own, or one made at the first start.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// What is in it.
    #[error("{0}: no usable certificate and key: {1}")]
    Content(PathBuf, String),
    /// Making one.
    #[error("no certificate could be made: {0}")]
    Make(String),
}

/// The configuration of a certificate and its key, in PEM; made in `folder` when there is none.
/// `names` are what the server is called; `clients` a file with the certificates of those who sign
/// the certificates of machines.
pub(crate) fn configuration(
    files: Option<&(PathBuf, PathBuf)>,
    folder: &Path,
    names: Vec<String>,
    clients: Option<&Path>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let (certificate, key) = match files {
        Some((certificate, key)) => (certificate.clone(), key.clone()),
        None => made(folder, names)?,
    };
    let read = |path: &Path| fs::read(path).map_err(|e| TlsError::File(path.to_owned(), e));
    let content = |e: &dyn std::fmt::Display| TlsError::Content(certificate.clone(), e.to_string());
    let chain = CertificateDer::pem_slice_iter(&read(&certificate)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| content(&e))?;
    let key = PrivateKeyDer::from_pem_slice(&read(&key)?).map_err(|e| content(&e))?;
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|e| content(&e))?;
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let wrong =
                |e: &dyn std::fmt::Display| TlsError::Content(path.to_owned(), e.to_string());
            let mut roots = RootCertStore::empty();
            for root in CertificateDer::pem_slice_iter(&read(path)?) {
                let root = root.map_err(|e| wrong(&e))?;
                roots.add(root).map_err(|e| wrong(&e))?;
            }
            // Officers have none: they sign in.
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .allow_unauthenticated()
                .build()
                .map_err(|e| wrong(&e))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder
        .with_single_cert(chain, key)
        .map_err(|e| content(&e))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The certificate of an earlier start, or a new one, signed by itself.
fn made(folder: &Path, names: Vec<String>) -> Result<(PathBuf, PathBuf), TlsError> {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    if certificate.exists() && key.exists() {
        return Ok((certificate, key));
    }
    let new =
        rcgen::generate_simple_self_signed(names).map_err(|e| TlsError::Make(e.to_string()))?;
    fs::create_dir_all(folder).map_err(|e| TlsError::File(folder.to_owned(), e))?;
    secret(&key, &new.signing_key.serialize_pem()).map_err(|e| TlsError::File(key.clone(), e))?;
    fs::write(&certificate, new.cert.pem()).map_err(|e| TlsError::File(certificate.clone(), e))?;
    Ok((certificate, key))
}

/// A file that its owner alone reads.
fn secret(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_made_once_and_its_key_is_secret() {
        let folder = tempfile::tempdir().unwrap();
        let tls = folder.path().join("tls");
        configuration(None, &tls, vec!["localhost".into()], None).unwrap();
        let first = fs::read(tls.join("certificate.pem")).unwrap();
        configuration(None, &tls, vec!["localhost".into()], None).unwrap();
        assert_eq!(fs::read(tls.join("certificate.pem")).unwrap(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(tls.join("key.pem"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o077, 0);
        }
        let own = (tls.join("certificate.pem"), tls.join("certificate.pem"));
        let error = configuration(Some(&own), &tls, Vec::new(), None).unwrap_err();
        assert!(matches!(error, TlsError::Content(..)), "{error}");
    }
}
