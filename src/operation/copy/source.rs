//! What is copied, as the caller names it, and where requests for it go.
//!
//! The caller names the source by `x-amz-copy-source` (`bucket/key`, or the ARN of an access point) or by a URI. From
//! that and from the endpoint of the destination follows a [`Place`]: host name, target, server and region. Where an
//! endpoint's name leaves open whether buckets stand in host names or in paths, there are two places to try.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use percent_encoding::percent_decode_str;

use super::endpoint::{Door, Endpoint, domain_of_partition, is_region};
use crate::crt::Uri;
use crate::error::{Code, Result};
use crate::net::{Headers, Target};
use crate::operation::Spec;

/// As whom a request for the source is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignedFor {
    /// As those for the destination.
    Destination,
    /// Bucket or access point of one region.
    Region,
    /// Directory bucket.
    Express,
    Outposts,
    /// Access point of all regions.
    MultiRegion,
}

/// Where requests for the source go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Value of the `Host` header.
    pub host: Bytes,
    /// Path and query.
    pub target: Bytes,
    /// Name of its server, if that is not the destination's.
    pub server: Option<String>,
    /// Region to sign for, if that is not the destination's.
    pub region: Option<String>,
    pub signed_for: SignedFor,
}

/// What the destination says about where the source is.
struct Destination<'a> {
    /// Host, and port where one is written.
    authority: &'a str,
    host: &'a str,
    /// With its colon; empty if none is written.
    port: &'a str,
    path: &'a [u8],
    /// As which requests to it are signed.
    region: &'a str,
}

/// The source, as it is named.
#[derive(Debug, PartialEq, Eq)]
enum Name<'a> {
    Bucket(&'a str),
    /// With its region, which is empty for one of all regions.
    AccessPoint {
        name: &'a str,
        account: &'a str,
        region: &'a str,
        partition: &'a str,
    },
    /// With the name of an access point, or without.
    Outpost {
        id: &'a str,
        access_point: &'a str,
        account: &'a str,
        region: &'a str,
        partition: &'a str,
    },
}

/// The places to look for the source, in this order: the second one only where the first one knows of no such object.
pub(super) fn places(spec: &Spec) -> Result<Vec<Place>> {
    let authority = spec.message.headers.value("Host").map(|it| &it[..]).unwrap_or_default();
    let authority = std::str::from_utf8(authority).map_err(|_| Code::INVALID_ARGUMENT)?;
    let region = spec.signing.as_ref().map(|it| &it.rules.region[..]).unwrap_or_default();
    let destination = Destination::new(
        authority,
        Target::of(&spec.message.target).path,
        std::str::from_utf8(region).unwrap_or_default(),
    );
    match &spec.copy_source {
        Some(uri) => Ok(vec![destination.by_uri(uri)?]),
        None => destination.by_header(&spec.message.headers),
    }
}

/// The same object, in the region that the service says it is in; `None` where that says nothing new.
pub(super) fn redirected(place: &Place, signed_region: &str, region: &str) -> Option<Place> {
    if region == signed_region || !is_region(region) {
        return None;
    }
    let host = std::str::from_utf8(&place.host).ok()?;
    let (name, port) = split_port(host);
    let mut moved = Place { region: Some(region.to_owned()), ..place.clone() };
    if let Some(endpoint) = Endpoint::of(name) {
        if endpoint.door != Door::Buckets {
            return None;
        }
        let bucket = match endpoint.vpce {
            // What a private network leads to is of its own region.
            Some(_) => endpoint.prefix.split_once(".bucket.").map_or("", |(bucket, _)| bucket),
            None => endpoint.prefix,
        };
        moved.at(bucket, endpoint.beside("s3", region), port);
    } else if let Some(server) = with_region(name, signed_region, region) {
        moved.host = format!("{server}{port}").into();
        moved.server = Some(server);
    }
    Some(moved)
}

/// A name of somebody else's endpoints that holds the one region, with the other one in its place.
fn with_region(name: &str, old: &str, new: &str) -> Option<String> {
    let mut labels: Vec<&str> = name.split('.').collect();
    // What it all belongs to stays.
    let most = labels.len().saturating_sub(2);
    let at = labels.get(..most)?.iter().rposition(|label| *label == old)?;
    labels[at] = new;
    Some(labels.join("."))
}

impl Place {
    /// Puts a bucket, which may stand in the path already, on a server of its own.
    fn at(&mut self, bucket: &str, server: String, port: &str) {
        if bucket.contains('.') {
            // No certificate has a name with a dot in the bucket's place.
            self.target = [b"/", bucket.as_bytes(), &self.target].concat().into();
        }
        let server = match bucket {
            "" => server,
            dotted if dotted.contains('.') => server,
            bucket => format!("{bucket}.{server}"),
        };
        self.host = format!("{server}{port}").into();
        self.server = Some(server);
    }

    fn of_destination(host: impl Into<Bytes>, target: impl Into<Bytes>) -> Self {
        Self {
            host: host.into(),
            target: target.into(),
            server: None,
            region: None,
            signed_for: SignedFor::Destination,
        }
    }
}

impl<'a> Destination<'a> {
    fn new(authority: &'a str, path: &'a [u8], region: &'a str) -> Self {
        let (host, port) = split_port(authority);
        Self { authority, host, port, path, region }
    }

    /// Host and path must be there. The service's own addresses count as they are; of anybody else's, the name is
    /// told to the server of the destination.
    fn by_uri(&self, uri: &Uri) -> Result<Place> {
        if uri.host.is_empty() || !uri.path_and_query.starts_with(b"/") {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        let mut place = Place::of_destination(uri.host.clone(), uri.path_and_query.clone());
        let theirs = std::str::from_utf8(&uri.host).ok().and_then(Endpoint::of);
        if let (Some(theirs), Some(ours)) = (theirs, Endpoint::of(self.host)) {
            place.signed_for = match theirs.door {
                _ if &uri.host[..] == self.host.as_bytes() => SignedFor::Destination,
                Door::Express => SignedFor::Express,
                Door::Outposts => SignedFor::Outposts,
                Door::MultiRegion => SignedFor::MultiRegion,
                Door::Buckets | Door::Accelerate if self.is_near(&ours, theirs.region) => {
                    SignedFor::Destination
                }
                _ => SignedFor::Region,
            };
            if place.signed_for != SignedFor::Destination {
                place.server = Some(String::from_utf8_lossy(&uri.host).into_owned());
                place.host = [&uri.host[..], self.port.as_bytes()].concat().into();
                place.region = Some(theirs.region_or(self.region).to_owned());
            }
        }
        Ok(place)
    }

    /// Whether buckets of that region are behind the destination's server, too.
    fn is_near(&self, ours: &Endpoint<'_>, region: &str) -> bool {
        ours.door == Door::Buckets
            && ours.vpce.is_none()
            && (region.is_empty() || region == ours.region_or(self.region))
    }

    fn by_header(&self, headers: &Headers) -> Result<Vec<Place>> {
        let source = headers.value("x-amz-copy-source").ok_or(Code::HTTP_HEADER_NOT_FOUND)?;
        let source = std::str::from_utf8(source).map_err(|_| Code::INVALID_ARGUMENT)?;
        if is_arn(source) {
            let (arn, query) = source.split_at(source.find('?').unwrap_or(source.len()));
            let arn = as_arn(arn).ok_or(Code::INVALID_ARGUMENT)?;
            let (name, key) = read_arn(&arn).ok_or(Code::INVALID_ARGUMENT)?;
            return Ok(vec![self.of_name(&name, &format!("{key}{query}"))?]);
        }
        let source = source.strip_prefix('/').unwrap_or(source);
        let slash = source.find('/').filter(|slash| *slash > 0).ok_or(Code::INVALID_ARGUMENT)?;
        let (bucket, target) = source.split_at(slash);
        let ours = Endpoint::of(self.host);
        let Some(ours) = ours else { return Ok(self.elsewhere(bucket, target)) };
        Ok(vec![match zone(bucket) {
            Some(zone) => self.directory(&ours, bucket, zone, self.region, target),
            None => self.bucket(&ours, bucket, target),
        }])
    }

    /// A bucket beside that of the destination, both of the service.
    fn bucket(&self, ours: &Endpoint<'_>, bucket: &str, target: &str) -> Place {
        let in_path = format!("/{bucket}{target}");
        match (ours.door, ours.vpce) {
            (Door::Buckets, None) if ours.prefix.is_empty() => {
                Place::of_destination(self.authority.to_owned(), in_path)
            }
            (Door::Buckets, None) => {
                let host = format!("{bucket}.{}{}", ours.rest, self.port);
                Place::of_destination(host, target.to_owned())
            }
            (Door::Buckets, Some(_)) if ours.prefix.starts_with("bucket.") => {
                Place::of_destination(self.authority.to_owned(), in_path)
            }
            (_, Some(id)) => {
                let server = format!("{bucket}.bucket.{id}.{}", ours.rest);
                let host = format!("{server}{}", self.port);
                let mut place = Place::of_destination(host, target.to_owned());
                place.server = (ours.door != Door::Buckets).then_some(server);
                place
            }
            // Buckets of all kinds of destinations are behind the door of their region.
            _ => {
                let region = ours.region_or(self.region);
                let mut place = Place::of_destination("", target.to_owned());
                place.at(bucket, ours.beside("s3", region), self.port);
                place.region = Some(region.to_owned());
                place.signed_for = SignedFor::Region;
                place
            }
        }
    }

    /// A directory bucket, or an access point of one, by the zone in its name.
    fn directory(
        &self,
        ours: &Endpoint<'_>,
        bucket: &str,
        zone: &str,
        region: &str,
        target: &str,
    ) -> Place {
        let region = if ours.region.is_empty() { region } else { ours.region };
        let fips = if ours.fips { "fips-" } else { "" };
        let dual_stack = if ours.dual_stack { ".dualstack" } else { "" };
        let domain = ours.domain;
        let server = format!("{bucket}.s3express-{fips}{zone}{dual_stack}.{region}.{domain}");
        let mut place = Place::of_destination(format!("{server}{}", self.port), target.to_owned());
        if server != self.host {
            place.server = Some(server);
            place.region = Some(region.to_owned());
            place.signed_for = SignedFor::Express;
        }
        place
    }

    /// A bucket of somebody else's service, whose endpoints have names of any kind.
    fn elsewhere(&self, bucket: &str, target: &str) -> Vec<Place> {
        let in_path =
            Place::of_destination(self.authority.to_owned(), format!("/{bucket}{target}"));
        let first = self.host.split('.').next().unwrap_or_default();
        let rest = &self.host[first.len()..];
        if rest.is_empty() || first == "s3" || is_address(self.host) {
            return vec![in_path];
        }
        // Behind a bucket with dots, the name of the service may still be plain.
        let rest = self.host.rfind(".s3.").map_or(rest, |at| &self.host[at..]);
        let in_name =
            Place::of_destination(format!("{bucket}{rest}{}", self.port), target.to_owned());
        let mut places = vec![in_name];
        // With the bucket in the host name, the path is the key; otherwise it has two pieces at least.
        let inner = self.path.strip_prefix(b"/").unwrap_or(self.path);
        if inner.iter().position(|byte| *byte == b'/').is_some_and(|at| at > 0) {
            places.push(in_path);
        }
        places
    }

    /// Something that has an ARN.
    fn of_name(&self, name: &Name<'_>, target: &str) -> Result<Place> {
        let ours = Endpoint::of(self.host);
        let mut place = Place::of_destination("", target.to_owned());
        let (server, region, signed_for) = match *name {
            Name::Bucket(bucket) => {
                let (Some(ours), Some(zone)) = (ours, zone(bucket)) else {
                    return Err(Code::INVALID_ARGUMENT.into());
                };
                return Ok(self.directory(&ours, bucket, zone, self.region, target));
            }
            Name::AccessPoint { region: "", name, partition, .. } => {
                let domain = domain_of_partition(partition).filter(|_| ours.is_some());
                let domain = domain.ok_or(Code::INVALID_ARGUMENT)?;
                let server = format!("{name}.accesspoint.s3-global.{domain}");
                (server, "*", SignedFor::MultiRegion)
            }
            Name::AccessPoint { name, account, region, partition } => {
                let Some(ours) = ours else {
                    // Services beside the original one know access points by their place before the name.
                    place.host = format!("{name}-{account}.{}", self.authority).into();
                    return Ok(place);
                };
                let near = region == ours.region_or(self.region);
                let server = match ours.vpce.filter(|_| near) {
                    Some(id) => format!("{name}-{account}.accesspoint.{id}.{}", ours.rest),
                    None => {
                        let domain =
                            domain_of_partition(partition).ok_or(Code::INVALID_ARGUMENT)?;
                        let door = Endpoint { domain, ..ours }.beside("s3-accesspoint", region);
                        format!("{name}-{account}.{door}")
                    }
                };
                (server, region, SignedFor::Region)
            }
            Name::Outpost { id, access_point, account, region, partition } => {
                let domain = domain_of_partition(partition).ok_or(Code::INVALID_ARGUMENT)?;
                let ours = ours.ok_or(Code::INVALID_ARGUMENT)?;
                let same = ours.door == Door::Outposts
                    && ours.region == region
                    && ours.prefix.rsplit('.').next() == Some(id);
                let server = match access_point {
                    // Only the destination's own access point is known to lead there.
                    "" if same => self.host.to_owned(),
                    "" => return Err(Code::INVALID_ARGUMENT.into()),
                    point => format!("{point}-{account}.{id}.s3-outposts.{region}.{domain}"),
                };
                (server, region, SignedFor::Outposts)
            }
        };
        place.host = format!("{server}{}", self.port).into();
        if server != self.host {
            place.server = Some(server);
            place.region = Some(region.to_owned());
            place.signed_for = signed_for;
        }
        Ok(place)
    }
}

/// Host and port of an authority; the port with its colon.
fn split_port(authority: &str) -> (&str, &str) {
    let after_bracket = authority.rfind(']').map_or(0, |at| at + 1);
    let colon = authority[after_bracket..].find(':').map(|at| after_bracket + at);
    authority.split_at(colon.unwrap_or(authority.len()))
}

fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok()
}

/// The zone in the name of a directory bucket or of an access point of one.
fn zone(bucket: &str) -> Option<&str> {
    let name = bucket.strip_suffix("--x-s3").or_else(|| bucket.strip_suffix("--xa-s3"))?;
    let (base, zone) = name.rsplit_once("--")?;
    (!base.is_empty() && is_region(zone)).then_some(zone)
}

/// ARNs are sent percent-encoded, whole or in part.
fn is_arn(source: &str) -> bool {
    let begins =
        |with: &str| source.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
    begins("arn:") || begins("arn%3A")
}

/// An ARN whose punctuation is plain; what stands in its place in the key stays encoded.
fn as_arn(source: &str) -> Option<String> {
    // The sixth piece holds kind, names and key. Behind `/object/`, the rest is the key's.
    let plain = percent_decode_str(source).decode_utf8().ok()?;
    let names = plain.find("/object/")? + "/object".len();
    // The same length of the encoded text: each byte stands for itself or is written in three.
    let mut at = 0;
    for _ in 0..names {
        at += if *source.as_bytes().get(at)? == b'%' { 3 } else { 1 };
    }
    let key = source.get(at..)?.replace("%2F", "/").replace("%2f", "/");
    Some(format!("{}{key}", &plain[..names]))
}

/// `arn:partition:service:region:account:kind/names/object/key`, and the key with its slash.
fn read_arn(arn: &str) -> Option<(Name<'_>, &str)> {
    let (names, key) = arn.split_at(arn.find("/object/")? + "/object".len());
    let names = names.strip_suffix("/object")?;
    let mut pieces = names.splitn(6, ':').skip(1);
    let (partition, service) = (pieces.next()?, pieces.next()?);
    let (region, account, resource) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let is_plain = |text: &str| is_region(text);
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if key.len() < 2 || !is_account || !(region.is_empty() || is_region(region)) {
        return None;
    }
    let resource: Vec<&str> = resource.split(['/', ':']).collect();
    let name = match (service, &resource[..]) {
        ("s3express", ["accesspoint", name]) if zone(name).is_some() => Name::Bucket(name),
        ("s3", ["accesspoint", name]) if region.is_empty() => {
            let alias = name.strip_suffix(".mrap").filter(|alias| is_plain(alias));
            alias.map(|_| Name::AccessPoint { name, account, region, partition })?
        }
        ("s3", ["accesspoint", name]) if is_plain(name) => {
            Name::AccessPoint { name, account, region, partition }
        }
        ("s3-outposts", ["outpost", id]) if is_plain(id) && !region.is_empty() => {
            Name::Outpost { id, access_point: "", account, region, partition }
        }
        ("s3-outposts", ["outpost", id, "accesspoint", access_point])
            if is_plain(id) && is_plain(access_point) && !region.is_empty() =>
        {
            Name::Outpost { id, access_point, account, region, partition }
        }
        _ => return None,
    };
    Some((name, key))
}
