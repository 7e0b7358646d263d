//! A profile of the shared config and credentials files.
//!
//! The files are read here and parsed by `aws-config`, anew by each fetch, so that a change of keys
//! is noticed. A file that cannot be read counts as empty as long as the other one can be.

use std::env;
use std::fs;
use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use aws_config::profile::{ProfileFileCredentialsProvider, ProfileSet, load};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_types::os_shim_internal::{Env, Fs};
use aws_types::region::Region;

/// Used for the token service when nothing names a region.
const FALLBACK_REGION: &str = "us-east-1";

/// Which profile, and of which files; None stands for the usual place.
#[derive(Clone, Default)]
pub(super) struct Profile {
    pub(super) name: Option<String>,
    pub(super) config_file: Option<String>,
    pub(super) credentials_file: Option<String>,
}

impl Profile {
    fn name(&self) -> String {
        let set = || variable("AWS_PROFILE");
        self.name.clone().or_else(set).unwrap_or_else(|| "default".to_owned())
    }

    /// What the two files hold; None when neither can be read.
    fn files(&self) -> Option<EnvConfigFiles> {
        let config = contents(&self.config_file, "AWS_CONFIG_FILE", "~/.aws/config");
        let credentials =
            contents(&self.credentials_file, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
        if config.is_none() && credentials.is_none() {
            return None;
        }
        let files = EnvConfigFiles::builder()
            .with_contents(EnvConfigFileKind::Config, config.unwrap_or_default())
            .with_contents(EnvConfigFileKind::Credentials, credentials.unwrap_or_default())
            .build();
        Some(files)
    }

    /// Both files, parsed and merged.
    fn parsed(&self, files: &EnvConfigFiles) -> Option<ProfileSet> {
        let (fs, env) = (Fs::real(), Env::real());
        let load = pin!(load(&fs, &env, files, Some(self.name().into())));
        // The contents are in memory, so there is nothing to wait for.
        match load.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(profiles)) => Some(profiles),
            Poll::Ready(Err(_)) | Poll::Pending => None,
        }
    }

    /// Whether the files hold the profile, with a source of credentials that can be followed.
    pub(super) fn is_usable(&self) -> bool {
        let Some(profiles) = self.files().and_then(|files| self.parsed(&files)) else {
            return false;
        };
        let Some(profile) = profiles.get_profile(&self.name()) else { return false };
        let sources = ["source_profile", "credential_source", "web_identity_token_file"];
        profile.get("role_arn").is_none()
            || sources.iter().any(|source| profile.get(source).is_some())
    }

    pub(super) async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let missing = || CredentialsError::not_loaded("no config or credentials file can be read");
        let files = self.files().ok_or_else(missing)?;
        if let Some(keys) = self.plain_keys(&files) {
            return Ok(keys);
        }
        let region = self.region(&files);
        let config = ProviderConfig::without_region().with_region(Some(region));
        let provider = ProfileFileCredentialsProvider::builder()
            .configure(&config)
            .profile_files(files)
            .profile_name(self.name())
            .build();
        provider.provide_credentials().await
    }

    /// Keys that stand in the profile itself. The S3 client asks for every request, so the common
    /// case does without everything that roles and processes need.
    fn plain_keys(&self, files: &EnvConfigFiles) -> Option<Credentials> {
        let profiles = self.parsed(files)?;
        let profile = profiles.get_profile(&self.name())?;
        if profile.get("role_arn").is_some() {
            return None;
        }
        let mut keys = Credentials::builder()
            .access_key_id(profile.get("aws_access_key_id")?)
            .secret_access_key(profile.get("aws_secret_access_key")?)
            .provider_name("profile");
        keys.set_session_token(profile.get("aws_session_token").map(str::to_owned));
        keys.set_account_id(profile.get("aws_account_id").map(Into::into));
        Some(keys.build())
    }

    /// Where to ask the token service.
    fn region(&self, files: &EnvConfigFiles) -> Region {
        let named = || {
            let profiles = self.parsed(files)?;
            let profile = profiles.get_profile(&self.name())?;
            profile.get("region").map(str::to_owned)
        };
        let region =
            variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")).or_else(named);
        Region::new(region.unwrap_or_else(|| FALLBACK_REGION.to_owned()))
    }

    /// What providers need that ask the network: the region of this profile.
    pub(super) fn provider_config(&self) -> ProviderConfig {
        let region = self.region(&self.files().unwrap_or_else(no_files));
        ProviderConfig::without_region().with_region(Some(region))
    }
}

fn no_files() -> EnvConfigFiles {
    EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, "").build()
}

/// A variable of the process that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn contents(given: &Option<String>, named_by: &str, usual: &str) -> Option<String> {
    let named = || variable(named_by);
    let path = given.clone().or_else(named).unwrap_or_else(|| usual.to_owned());
    let bytes = fs::read(expanded(&path)).ok()?;
    String::from_utf8(bytes).ok()
}

/// A path that may begin at the home directory.
fn expanded(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A file of the test's own that goes away with it.
    struct File(PathBuf);

    impl File {
        fn new(name: &str, contents: &str) -> Self {
            let path = env::temp_dir().join(format!("{name}-{}", std::process::id()));
            let mut file = fs::File::create(&path).expect("the directory is writable");
            file.write_all(contents.as_bytes()).expect("the disk is not full");
            Self(path)
        }

        fn path(&self) -> Option<String> {
            self.0.to_str().map(str::to_owned)
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    const KEYS: &str = "[mine]\naws_access_key_id = id\naws_secret_access_key = secret\n\
                        [bare_role]\nrole_arn = arn\n\
                        [role]\nrole_arn = arn\nsource_profile = mine\n";

    fn profile(name: &str, file: &File) -> Profile {
        Profile {
            name: Some(name.to_owned()),
            config_file: Some("/does/not/exist".to_owned()),
            credentials_file: file.path(),
        }
    }

    #[test]
    fn a_profile_is_usable_when_it_leads_somewhere() {
        let file = File::new("usable", KEYS);
        assert!(profile("mine", &file).is_usable());
        assert!(profile("role", &file).is_usable());
        assert!(!profile("bare_role", &file).is_usable());
        assert!(!profile("other", &file).is_usable());
        let nowhere =
            Profile { credentials_file: Some("/neither".into()), ..profile("mine", &file) };
        assert!(!nowhere.is_usable());
    }

    #[tokio::test]
    async fn keys_are_read_anew() {
        let file = File::new("anew", KEYS);
        let profile = profile("mine", &file);
        let before = profile.credentials().await.expect("the file holds keys");
        assert_eq!(before.access_key_id(), "id");
        assert_eq!(before.secret_access_key(), "secret");
        fs::write(&file.0, KEYS.replace("= id", "= changed")).expect("writable");
        let after = profile.credentials().await.expect("the file holds keys");
        assert_eq!(after.access_key_id(), "changed");
    }

    #[test]
    fn paths_may_begin_at_home() {
        assert_eq!(expanded("/a/b"), PathBuf::from("/a/b"));
        if let Some(home) = env::home_dir() {
            assert_eq!(expanded("~/x"), home.join("x"));
        }
    }
}
