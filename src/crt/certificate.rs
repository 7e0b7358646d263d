//! What can be read off a certificate that TLS libraries look at but do not tell.
//!
//! Certificates of every version of X.509 can be read, those without extensions too.

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate, X509Version};

/// One certificate, parsed.
pub struct Certificate<'a>(X509Certificate<'a>);

/// Where a moment stands to the dates of a certificate, which are in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    Before(i64),
    Within,
    After(i64),
}

impl<'a> Certificate<'a> {
    /// None for what is no certificate.
    pub fn parse(der: &'a [u8]) -> Option<Self> {
        match X509Certificate::from_der(der) {
            Ok(([], certificate)) => Some(Self(certificate)),
            _ => None,
        }
    }

    /// Whether it is of the version that has no extensions.
    pub fn is_of_first_version(&self) -> bool {
        self.0.version() == X509Version::V1
    }

    /// The SubjectPublicKeyInfo in DER.
    pub fn public_key(&self) -> &[u8] {
        self.0.public_key().raw
    }

    pub fn validity_at(&self, epoch_s: i64) -> Validity {
        let validity = self.0.validity();
        let (first, last) = (validity.not_before.timestamp(), validity.not_after.timestamp());
        if epoch_s < first {
            Validity::Before(first)
        } else if epoch_s > last {
            Validity::After(last)
        } else {
            Validity::Within
        }
    }

    /// Whether what it says of the use of its key lets it serve TLS. One that says nothing may be used for anything.
    pub fn may_serve(&self) -> bool {
        let (Ok(usage), Ok(extended)) = (self.0.key_usage(), self.0.extended_key_usage()) else {
            return false;
        };
        let usage = usage.is_none_or(|usage| {
            let usage = usage.value;
            usage.digital_signature() || usage.key_encipherment() || usage.key_agreement()
        });
        usage && extended.is_none_or(|extended| extended.value.any || extended.value.server_auth)
    }

    /// Whether it says by extension for which names it is.
    pub fn has_alternative_names(&self) -> bool {
        matches!(self.0.subject_alternative_name(), Ok(Some(_)))
    }

    /// Whether `name` stands among its DNS names, letter by letter.
    pub fn lists_as_dns_name(&self, name: &str) -> bool {
        let Ok(Some(names)) = self.0.subject_alternative_name() else { return false };
        let mut names = names.value.general_names.iter();
        names.any(|listed| matches!(listed, GeneralName::DNSName(listed) if *listed == name))
    }

    /// The last CN of its subject.
    pub fn common_name(&self) -> Option<&str> {
        self.0.subject().iter_common_name().last()?.as_str().ok()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};

    use super::*;

    fn certificate(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["a.test".to_owned()]).unwrap();
        change(&mut params);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn uses_of_a_key() {
        use ExtendedKeyUsagePurpose as Purpose;
        use KeyUsagePurpose as Usage;
        let table: [(Vec<Usage>, Vec<Purpose>, bool); 7] = [
            (vec![], vec![], true),
            (vec![Usage::DigitalSignature], vec![Purpose::ServerAuth], true),
            (vec![Usage::KeyEncipherment], vec![Purpose::Any], true),
            (vec![Usage::KeyCertSign, Usage::DigitalSignature], vec![], true),
            (vec![Usage::KeyCertSign, Usage::CrlSign], vec![], false),
            (vec![], vec![Purpose::ClientAuth], false),
            (vec![Usage::KeyCertSign], vec![Purpose::ServerAuth], false),
        ];
        for (usages, purposes, may) in table {
            let shown = format!("{usages:?} {purposes:?}");
            let der = certificate(|params| {
                params.key_usages = usages;
                params.extended_key_usages = purposes;
            });
            assert_eq!(Certificate::parse(&der).unwrap().may_serve(), may, "{shown}");
        }
    }

    #[test]
    fn names_and_dates() {
        let der = certificate(|params| {
            params.distinguished_name.push(DnType::CommonName, "b.test");
            params.not_before = rcgen::date_time_ymd(2020, 1, 1);
            params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        });
        let certificate = Certificate::parse(&der).unwrap();
        assert_eq!(certificate.common_name(), Some("b.test"));
        assert!(certificate.has_alternative_names());
        assert!(certificate.lists_as_dns_name("a.test"));
        assert!(!certificate.lists_as_dns_name("b.test"));
        let (first, last) = (1_577_836_800, 1_609_459_200);
        assert_eq!(certificate.validity_at(first - 1), Validity::Before(first));
        assert_eq!(certificate.validity_at(first), Validity::Within);
        assert_eq!(certificate.validity_at(last + 1), Validity::After(last));
    }

    #[test]
    fn what_is_no_certificate() {
        let der = certificate(|_| {});
        assert!(Certificate::parse(&der[..der.len() - 1]).is_none());
        assert!(Certificate::parse(&[&der[..], b"x"].concat()).is_none());
        assert!(Certificate::parse(b"").is_none());
    }
}
