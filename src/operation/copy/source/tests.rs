//! Sources of all kinds, and where requests for them go.

use super::*;

const US: &str = "dst.s3.us-east-1.amazonaws.com";

fn headers(source: Option<&'static str>) -> Headers {
    let mut headers = Headers::new();
    if let Some(source) = source {
        headers.push("X-Amz-Copy-Source", source);
    }
    headers
}

fn found(source: &'static str, authority: &str, path: &str) -> Result<Vec<Place>, Code> {
    let destination = Destination::new(authority, path.as_bytes(), "us-east-1");
    destination.by_header(&headers(Some(source))).map_err(|error| error.code())
}

/// Host and target of every place, and where one has them its own server, region and way of signing.
fn told(places: &[Place]) -> Vec<String> {
    let tell = |place: &Place| {
        let lossy = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
        let mut text = format!("{} {}", lossy(&place.host), lossy(&place.target));
        if let Some(server) = &place.server {
            text += &format!(" at {server}");
        }
        if let Some(region) = &place.region {
            text += &format!(" in {region} {:?}", place.signed_for);
        }
        text
    };
    places.iter().map(tell).collect()
}

#[test]
fn buckets_of_the_service() {
    for (source, host, place) in [
        ("src/a/b", US, "src.s3.us-east-1.amazonaws.com /a/b"),
        ("/src/a/b", US, "src.s3.us-east-1.amazonaws.com /a/b"),
        ("s.r.c/k%40?versionId=v", US, "s.r.c.s3.us-east-1.amazonaws.com /k%40?versionId=v"),
        ("src/", US, "src.s3.us-east-1.amazonaws.com /"),
        ("src/k", "d.s.t.s3.us-east-1.amazonaws.com", "src.s3.us-east-1.amazonaws.com /k"),
        ("src/k", "s3.us-east-1.amazonaws.com:80", "s3.us-east-1.amazonaws.com:80 /src/k"),
        ("src/k", "dst.s3.amazonaws.com", "src.s3.amazonaws.com /k"),
        (
            "src/k",
            "dst.bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com",
            "src.bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com /k",
        ),
        (
            "src/k",
            "bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com",
            "bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com /src/k",
        ),
        (
            "src/k",
            "p-1.accesspoint.vpce-1.s3.us-east-1.vpce.amazonaws.com",
            "src.bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com /k \
             at src.bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com",
        ),
        (
            "src/k",
            "p-1.s3-accesspoint.eu-west-1.amazonaws.com",
            "src.s3.eu-west-1.amazonaws.com /k at src.s3.eu-west-1.amazonaws.com in eu-west-1 Region",
        ),
        (
            "s.r/k",
            "dst.s3-accelerate.amazonaws.com",
            "s3.us-east-1.amazonaws.com /s.r/k at s3.us-east-1.amazonaws.com in us-east-1 Region",
        ),
        (
            "src/k",
            "d--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
            "src.s3.us-east-1.amazonaws.com /k at src.s3.us-east-1.amazonaws.com in us-east-1 Region",
        ),
        (
            "s--use1-az5--x-s3/k",
            US,
            "s--use1-az5--x-s3.s3express-use1-az5.us-east-1.amazonaws.com /k \
             at s--use1-az5--x-s3.s3express-use1-az5.us-east-1.amazonaws.com in us-east-1 Express",
        ),
        (
            "d--use1-az4--x-s3/k",
            "d--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
            "d--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com /k",
        ),
    ] {
        let places = found(source, host, "/k").map(|places| told(&places));
        assert_eq!(places, Ok(vec![place.to_owned()]), "{source} to {host}");
    }
}

#[test]
fn buckets_elsewhere() {
    for (host, path, places) in [
        ("127.0.0.1:9000", "/dst/k", vec!["127.0.0.1:9000 /src/a"]),
        ("[::1]:9000", "/dst/k", vec!["[::1]:9000 /src/a"]),
        ("localhost", "/dst/k", vec!["localhost /src/a"]),
        ("minio:9000", "/k", vec!["minio:9000 /src/a"]),
        ("s3.example.com", "/dst/k", vec!["s3.example.com /src/a"]),
        ("dst.localhost:80", "/k", vec!["src.localhost:80 /a"]),
        ("my.dst.s3.example.com", "/k", vec!["src.s3.example.com /a"]),
        ("dst.example.com", "/dst", vec!["src.example.com /a"]),
        ("store.example.com", "/dst/k", vec!["src.example.com /a", "store.example.com /src/a"]),
    ] {
        let found = found("src/a", host, path).map(|places| told(&places));
        assert_eq!(found, Ok(places.into_iter().map(str::to_owned).collect()), "{host}");
    }
}

#[test]
fn names_with_an_arn() {
    let point = "p-111122223333.s3-accesspoint.eu-west-1.amazonaws.com";
    let vpce = "p-111122223333.accesspoint.vpce-1.s3.us-east-1.vpce.amazonaws.com";
    let outpost = "p-111122223333.op-1.s3-outposts.us-west-2.amazonaws.com";
    for (source, host, place) in [
        (
            "arn:aws:s3:eu-west-1:111122223333:accesspoint/p/object/a/b?versionId=v",
            US,
            format!("{point} /a/b?versionId=v at {point} in eu-west-1 Region"),
        ),
        (
            "arn%3Aaws%3As3%3Aeu-west-1%3A111122223333%3Aaccesspoint%2Fp%2Fobject%2Fa%2Fb%2520",
            US,
            format!("{point} /a/b%2520 at {point} in eu-west-1 Region"),
        ),
        (
            "arn:aws:s3:us-east-1:111122223333:accesspoint/p/object/k",
            "dst.bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com",
            format!("{vpce} /k at {vpce} in us-east-1 Region"),
        ),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/p/object/k", point, format!("{point} /k")),
        (
            "arn:aws:s3:eu-west-1:111122223333:accesspoint/p/object/k",
            "127.0.0.1:80",
            "p-111122223333.127.0.0.1:80 /k".to_owned(),
        ),
        (
            "arn:aws:s3::111122223333:accesspoint/mfz.mrap/object/k",
            US,
            "mfz.mrap.accesspoint.s3-global.amazonaws.com /k \
             at mfz.mrap.accesspoint.s3-global.amazonaws.com in * MultiRegion"
                .to_owned(),
        ),
        (
            "arn:aws:s3-outposts:us-west-2:111122223333:outpost/op-1/accesspoint/p/object/k",
            US,
            format!("{outpost} /k at {outpost} in us-west-2 Outposts"),
        ),
        (
            "arn:aws:s3-outposts:us-west-2:111122223333:outpost/op-1/object/k",
            outpost,
            format!("{outpost} /k"),
        ),
        (
            "arn:aws:s3express:us-east-1:111122223333:accesspoint/p--use1-az5--xa-s3/object/k",
            US,
            "p--use1-az5--xa-s3.s3express-use1-az5.us-east-1.amazonaws.com /k \
             at p--use1-az5--xa-s3.s3express-use1-az5.us-east-1.amazonaws.com in us-east-1 Express"
                .to_owned(),
        ),
    ] {
        let places = found(source, host, "/k").map(|places| told(&places));
        assert_eq!(places, Ok(vec![place]), "{source} to {host}");
    }
}

#[test]
fn what_names_no_object() {
    for (source, host) in [
        ("key", US),
        ("//key", US),
        ("/", US),
        ("", US),
        ("arn:aws:s3:::bucket/k", US),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/p", US),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/p/object/", US),
        ("arn:aws:s3:eu-west-1:1:accesspoint/p/object/k", US),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/p.evil.example/object/k", US),
        ("arn:aws:s3:eu.evil.example:111122223333:accesspoint/p/object/k", US),
        ("arn:nowhere:s3:eu-west-1:111122223333:accesspoint/p/object/k", US),
        ("arn:aws:s3-outposts:us-west-2:111122223333:outpost/op-1/object/k", US),
        ("arn:aws:s3::111122223333:accesspoint/mfz.mrap/object/k", "127.0.0.1"),
        ("arn%", US),
        ("arn%3A/object/%", US),
    ] {
        assert_eq!(found(source, host, "/k"), Err(Code::INVALID_ARGUMENT), "{source}");
    }
    let missing = Destination::new(US, b"/k", "us-east-1").by_header(&headers(None));
    assert_eq!(missing.expect_err("no source").code(), Code::HTTP_HEADER_NOT_FOUND);
}

#[test]
fn sources_in_a_uri() {
    let place = |host: &str, target: &str, destination: &str| {
        let uri = Uri { host: host.to_owned().into(), path_and_query: target.to_owned().into() };
        let destination = Destination::new(destination, b"/k", "us-east-1");
        destination.by_uri(&uri).map(|place| told(&[place]).concat()).map_err(|error| error.code())
    };
    for (host, target) in [("h.example", ""), ("h.example", "?versionId=v"), ("", "/k")] {
        assert_eq!(place(host, target, US), Err(Code::INVALID_ARGUMENT), "{host} {target}");
    }
    let eu = "src.s3.eu-west-1.amazonaws.com";
    let point = "p-1.s3-accesspoint.us-east-1.amazonaws.com";
    let directory = "s--use1-az5--x-s3.s3express-use1-az5.us-east-1.amazonaws.com";
    for (host, destination, told) in [
        ("h.example", US, "h.example /k?v".to_owned()),
        (eu, "127.0.0.1:80", format!("{eu} /k?v")),
        ("src.s3.us-east-1.amazonaws.com", US, "src.s3.us-east-1.amazonaws.com /k?v".into()),
        ("src.s3.amazonaws.com", US, "src.s3.amazonaws.com /k?v".into()),
        (eu, US, format!("{eu} /k?v at {eu} in eu-west-1 Region")),
        (point, US, format!("{point} /k?v at {point} in us-east-1 Region")),
        (directory, US, format!("{directory} /k?v at {directory} in us-east-1 Express")),
        (directory, directory, format!("{directory} /k?v")),
    ] {
        assert_eq!(place(host, "/k?v", destination), Ok(told), "{host} to {destination}");
    }
}

#[test]
fn sources_that_are_in_another_region() {
    for (source, host, moved) in [
        ("src/k", US, "src.s3.eu-west-1.amazonaws.com /k at src.s3.eu-west-1.amazonaws.com"),
        ("s.r/k", US, "s3.eu-west-1.amazonaws.com /s.r/k at s3.eu-west-1.amazonaws.com"),
        (
            "src/k",
            "s3.us-east-1.amazonaws.com:80",
            "s3.eu-west-1.amazonaws.com:80 /src/k at s3.eu-west-1.amazonaws.com",
        ),
        (
            "src/k",
            "dst.s3-fips.dualstack.us-east-1.amazonaws.com",
            "src.s3-fips.dualstack.eu-west-1.amazonaws.com /k \
             at src.s3-fips.dualstack.eu-west-1.amazonaws.com",
        ),
        (
            "src/k",
            "dst.bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com",
            "src.s3.eu-west-1.amazonaws.com /k at src.s3.eu-west-1.amazonaws.com",
        ),
        (
            "src/k",
            "bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com",
            "s3.eu-west-1.amazonaws.com /src/k at s3.eu-west-1.amazonaws.com",
        ),
        (
            "src/k",
            "dst.s3.us-east-1.example.com:80",
            "src.s3.eu-west-1.example.com:80 /k at src.s3.eu-west-1.example.com",
        ),
        ("src/k", "127.0.0.1:80", "127.0.0.1:80 /src/k"),
    ] {
        let places = found(source, host, "/k").expect("a source");
        let place = redirected(&places[0], "us-east-1", "eu-west-1").expect("another region");
        let expected = format!("{moved} in eu-west-1 Destination");
        assert_eq!(told(&[place]), [expected], "{source} to {host}");
    }
    let places = found("src/k", US, "/k").expect("a source");
    for same in ["us-east-1", "", "eu west", "evil.example/", "EU"] {
        assert_eq!(redirected(&places[0], "us-east-1", same), None, "{same}");
    }
}
