//! Blocks of IP addresses.

use std::fmt;
use std::net::IpAddr;

/// A block of addresses, such as `10.0.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    /// The first address, aligned to the highest bit.
    first: u128,
    /// The length of the prefix in bits.
    bits: u32,
    version: Version,
}

/// A version of the Internet Protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// IPv4.
    Four,
    /// IPv6.
    Six,
}

impl Network {
    /// Parses a block. A single address is a block too. Returns `None` for any other text, and for
    /// an address inside a block.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let (first, most, version) = match address.parse().ok()? {
            IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32, Version::Four),
            IpAddr::V6(address) => (u128::from(address), 128, Version::Six),
        };
        let bits = bits.unwrap_or(most);
        let network = Self {
            first,
            bits,
            version,
        };
        (bits <= most && first & !network.mask() == 0).then_some(network)
    }

    /// Returns the version of the addresses.
    pub(crate) fn version(self) -> Version {
        self.version
    }

    /// Returns whether the block contains all of `other`.
    pub(crate) fn holds(self, other: Self) -> bool {
        self.version == other.version
            && self.bits <= other.bits
            && other.first & self.mask() == self.first
    }

    /// Returns whether the blocks share an address.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.holds(other) || other.holds(self)
    }

    fn mask(self) -> u128 {
        match self.bits {
            0 => 0,
            bits => u128::MAX << (128 - bits),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = match self.version {
            Version::Four => IpAddr::V4(u32::try_from(self.first >> 96).unwrap_or_default().into()),
            Version::Six => IpAddr::V6(self.first.into()),
        };
        write!(out, "{address}/{}", self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_and_compared() {
        let of = |text: &str| Network::of(text).unwrap();
        assert_eq!(of("10.0.0.0/16").to_string(), "10.0.0.0/16");
        assert_eq!(of("10.0.0.1").to_string(), "10.0.0.1/32");
        assert_eq!(of("2001:db8::/32").to_string(), "2001:db8::/32");
        for text in ["10.0.0.1/16", "10.0.0.0/33", "10.0.0/8", "", "a/8"] {
            assert_eq!(Network::of(text), None, "{text}");
        }
        assert!(of("10.0.0.0/16").holds(of("10.0.1.0/24")));
        assert!(!of("10.0.0.0/16").holds(of("10.1.0.0/24")));
        assert!(!of("0.0.0.0/0").holds(of("::/0")));
        assert!(of("10.0.1.0/24").overlaps(of("10.0.0.0/16")));
        assert!(!of("10.0.1.0/24").overlaps(of("10.0.2.0/24")));
    }
}
