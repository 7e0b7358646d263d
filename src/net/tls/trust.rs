//! Whom to trust: the certificates that the caller gave, or those of the system and what the environment adds to them.

use std::collections::HashSet;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};

use crate::crt::Roots;
use crate::error::{Code, Error, Result};
use crate::log;

/// Each adds to what the system trusts.
const FILE: &str = "SSL_CERT_FILE";
const DIRECTORIES: &str = "SSL_CERT_DIR";
const BUNDLE: &str = "AWS_CA_BUNDLE";

/// The certificates to trust, and where they are from in words.
pub(super) struct Trust {
    pub store: RootCertStore,
    pub members: Members,
    pub origin: String,
}

/// Tells whether a certificate is one of those that are trusted, and not only issued by one of them.
#[derive(Debug, Default)]
pub(super) struct Members(HashSet<[u8; 32]>);

impl Trust {
    /// Reads what `roots` names.
    pub fn read(roots: &Roots) -> Result<Self> {
        match roots {
            Roots::Native => Ok(native(|name| env::var_os(name))),
            Roots::Pem(pem) => {
                let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>();
                let unusable = |error| Error::new(Code::IO_TLS_CTX_ERROR).because(error);
                let (trust, refused) = Self::of(certificates.map_err(unusable)?);
                Ok(trust.from(format!("PEM given by the caller ({refused} more not understood)")))
            }
            Roots::Path { file, dir } => from_paths(file.as_deref(), dir.as_deref()),
        }
    }

    /// What of the certificates can be trusted, and how many of them are not understood.
    fn of(certificates: Vec<CertificateDer<'static>>) -> (Self, usize) {
        let mut trust = Self {
            store: RootCertStore::empty(),
            members: Members::default(),
            origin: String::new(),
        };
        let mut refused = 0;
        for certificate in certificates {
            let hash = Members::hash(&certificate);
            if trust.members.0.contains(&hash) {
                continue;
            }
            match trust.store.add(certificate) {
                Ok(()) => _ = trust.members.0.insert(hash),
                Err(_) => refused += 1,
            }
        }
        (trust, refused)
    }

    /// `origin` counts what it brought.
    fn from(mut self, origin: String) -> Self {
        self.origin = format!("{} root certificates from {origin}", self.store.len());
        self
    }
}

impl Members {
    pub fn contain(&self, certificate: &CertificateDer<'_>) -> bool {
        self.0.contains(&Self::hash(certificate))
    }

    fn hash(certificate: &CertificateDer<'_>) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, certificate).as_ref());
        hash
    }
}

/// What the system trusts, and what the variables add.
fn native(variable: impl Fn(&str) -> Option<OsString>) -> Trust {
    let mut loaded = system(variable(FILE).or_else(|| variable(DIRECTORIES)).is_some());
    for error in &loaded.errors {
        log!(Debug, General, "system certificates: {error}");
    }
    let mut named = String::new();
    for name in [FILE, DIRECTORIES, BUNDLE] {
        let Some(value) = variable(name).filter(|value| !value.is_empty()) else { continue };
        let value = PathBuf::from(value);
        named.push_str(&format!(" and {name}={}", value.display()));
        let added = if name == DIRECTORIES {
            join(env::split_paths(&value).filter(|path| !path.as_os_str().is_empty()))
        } else {
            load_certs_from_paths(Some(&value), None)
        };
        for error in &added.errors {
            log!(Warn, General, "the variable {name}: {error}");
        }
        loaded.certs.extend(added.certs);
    }
    let (trust, refused) = Trust::of(loaded.certs);
    trust.from(format!("the system{named} ({refused} more not understood)"))
}

/// Who reads the system's certificates for us looks at two of the variables instead, if they are there.
fn system(hidden: bool) -> CertificateResult {
    if hidden {
        let joined = join(openssl_probe::candidate_cert_dirs().map(Path::to_path_buf));
        if joined.certs.is_empty() { bundle(joined) } else { joined }
    } else {
        load_native_certs()
    }
}

/// Where systems keep the certificates that have them in one file and in no directory.
const BUNDLES: [&str; 3] = [
    // Alpine, OpenBSD, macOS.
    "/etc/ssl/cert.pem",
    // FreeBSD.
    "/usr/local/etc/ssl/cert.pem",
    // openSUSE.
    "/etc/ssl/ca-bundle.pem",
];

/// The first of those that is there, or else `nothing`.
fn bundle(nothing: CertificateResult) -> CertificateResult {
    let found = BUNDLES.iter().map(Path::new).find(|path| path.exists());
    found.map_or(nothing, |path| load_certs_from_paths(Some(path), None))
}

/// The certificates of several directories.
fn join(directories: impl Iterator<Item = PathBuf>) -> CertificateResult {
    let mut joined = CertificateResult::default();
    for directory in directories {
        let loaded = load_certs_from_paths(None, Some(&directory));
        joined.certs.extend(loaded.certs);
        joined.errors.extend(loaded.errors);
    }
    joined
}

/// A trust store of the caller's.
fn from_paths(file: Option<&Path>, dir: Option<&Path>) -> Result<Trust> {
    let loaded = load_certs_from_paths(file, dir);
    let shown = [file, dir].into_iter().flatten().map(|path| path.display().to_string());
    let origin = shown.collect::<Vec<_>>().join(", ");
    if loaded.certs.is_empty() {
        let errors: Vec<_> = loaded.errors.iter().map(ToString::to_string).collect();
        let told = format!("no certificate in {origin}: {}", errors.join("; "));
        return Err(Error::new(Code::IO_TLS_NO_ROOT_CERTIFICATE_FOUND).because(told));
    }
    Ok(Trust::of(loaded.certs).0.from(origin))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn pem() -> String {
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap().cert.pem()
    }

    fn trusts(trust: &Trust, pem: &str) -> bool {
        trust.members.contain(&CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
    }

    #[test]
    fn variables_add_to_the_system() {
        let directory = env::temp_dir().join(format!("aws-c-s3-{}-union", std::process::id()));
        let (one, two) = (directory.join("one"), directory.join("two"));
        let files = [directory.join("file.pem"), directory.join("bundle.pem")];
        let pems = [pem(), pem(), pem(), pem()];
        fs::create_dir_all(&one).unwrap();
        fs::create_dir_all(&two).unwrap();
        fs::write(&files[0], &pems[0]).unwrap();
        fs::write(&files[1], &pems[1]).unwrap();
        fs::write(one.join("any"), &pems[2]).unwrap();
        fs::write(two.join("any"), &pems[3]).unwrap();
        let system = native(|_| None);
        let all = native(|name| match name {
            FILE => Some(files[0].clone().into()),
            BUNDLE => Some(files[1].clone().into()),
            _ => Some(env::join_paths([&one, &two]).unwrap()),
        });
        for pem in &pems {
            assert!(trusts(&all, pem) && !trusts(&system, pem));
        }
        assert!(all.members.0.is_superset(&system.members.0), "the system's stay");
        let told = format!("the system and SSL_CERT_FILE={}", files[0].display());
        assert!(all.origin.contains(&told), "{}", all.origin);
        fs::remove_dir_all(&directory).unwrap();
    }

    #[test]
    fn a_variable_that_names_nothing_takes_nothing_away() {
        let system = native(|_| None);
        for value in ["", "/nonexistent/authorities"] {
            for name in [FILE, DIRECTORIES, BUNDLE] {
                let trust = native(|asked| (asked == name).then(|| value.into()));
                assert_eq!(trust.members.0, system.members.0, "{name}={value}");
                assert_eq!(trust.origin.contains(name), !value.is_empty());
            }
        }
    }
}
