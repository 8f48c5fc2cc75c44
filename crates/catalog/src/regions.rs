//! The regions of AWS, sets of regions, and the facts that follow from a region's name.

use std::fmt;

/// A set of regions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Regions(u64);

/// A region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(u8);

/// The names of the regions, sorted. The position of a name is its bit in [`Regions`] and in the
/// table's file.
const NAMES: [&str; 46] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

impl Region {
    /// Returns the region with this name, if it is known.
    pub fn named(name: &str) -> Option<Self> {
        let position = NAMES.binary_search(&name).ok()?;
        u8::try_from(position).ok().map(Self)
    }

    /// Returns the region's name.
    pub fn as_str(self) -> &'static str {
        NAMES[usize::from(self.0)]
    }
}

impl Regions {
    /// All regions.
    pub const ALL: Self = Self((1 << NAMES.len()) - 1);

    /// Returns whether the set contains the region.
    pub fn contains(self, region: Region) -> bool {
        self.0 & (1 << region.0) != 0
    }

    /// Returns the number of regions.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Returns whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Iterates over the regions, sorted by name.
    pub fn iter(self) -> impl Iterator<Item = Region> {
        (0..NAMES.len())
            .filter_map(|position| u8::try_from(position).ok().map(Region))
            .filter(move |region| self.contains(*region))
    }

    /// Returns the set as bits. The first region has the lowest bit.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// Creates the set with these bits.
    pub(crate) fn from_bits(bits: u64) -> Self {
        Self(bits & Self::ALL.0)
    }
}

impl FromIterator<Region> for Regions {
    fn from_iter<I: IntoIterator<Item = Region>>(regions: I) -> Self {
        let bits = regions
            .into_iter()
            .fold(0, |bits, region| bits | 1 << region.0);
        Self(bits)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// The partitions other than `aws`: the prefix of their regions, their name and their DNS suffix.
const PARTITIONS: [(&str, &str, &str); 7] = [
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
];

/// Returns the partition of a region, such as `aws`, `aws-cn` or `aws-us-gov`.
pub fn partition(region: &str) -> &'static str {
    find_partition(region).map_or("aws", |(_, name, _)| name)
}

/// Returns the DNS suffix of a region's service endpoints, which is `AWS::URLSuffix`.
pub fn url_suffix(region: &str) -> &'static str {
    find_partition(region).map_or("amazonaws.com", |(.., suffix)| suffix)
}

fn find_partition(region: &str) -> Option<(&'static str, &'static str, &'static str)> {
    PARTITIONS
        .into_iter()
        .find(|(prefix, ..)| region.starts_with(prefix))
}

/// Returns the names of a region's availability zones, as an account without opt-ins sees them.
pub fn availability_zones(region: &str) -> Vec<String> {
    let letters = match region {
        "us-east-1" => "abcdef",
        "us-west-2" | "ap-northeast-2" => "abcd",
        _ => "abc",
    };
    letters
        .chars()
        .map(|letter| format!("{region}{letter}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_found_by_name() {
        assert!(NAMES.is_sorted());
        let oregon = Region::named("us-west-2").unwrap();
        assert_eq!(oregon.to_string(), "us-west-2");
        assert_eq!(Region::named("us-west-9"), None);
        assert!(Regions::ALL.contains(oregon));
        assert_eq!(Regions::ALL.iter().count(), NAMES.len());
        assert_eq!(Regions::ALL.len(), NAMES.len());
        assert!(Regions::default().is_empty());
    }

    #[test]
    fn a_region_has_a_partition_and_a_suffix() {
        for (region, name, suffix) in [
            ("us-east-1", "aws", "amazonaws.com"),
            ("*", "aws", "amazonaws.com"),
            ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
            ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
            ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
            ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
            ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ] {
            assert_eq!(
                (partition(region), url_suffix(region)),
                (name, suffix),
                "{region}"
            );
        }
    }
}
