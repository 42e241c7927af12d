//! What the manufacturer knows of a device's battery, and of what an update takes out of it.
//!
//! The figures are the manufacturer's measurements and stand in the provisioning record, because the
//! same firmware runs from a coin cell in one product and from a car battery in the next.

/// Battery and consumption, as provisioned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Battery {
    /// Voltage at which the device stops working, in millivolts.
    pub empty_mv: u16,
    /// Voltage of the full battery, in millivolts.
    pub full_mv: u16,
    /// Energy between the two, in millijoules.
    pub capacity_mj: u32,
    /// To erase one sector, in millijoules.
    pub erase_mj: u16,
    /// To receive, program and verify one sector, in millijoules.
    pub sector_mj: u16,
    /// To boot, verify, start and prove one image healthy, in millijoules.
    pub boot_mj: u16,
}

impl Battery {
    /// Size in the provisioning record, in bytes.
    pub(crate) const BYTES: usize = 14;

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..2].copy_from_slice(&self.empty_mv.to_le_bytes());
        bytes[2..4].copy_from_slice(&self.full_mv.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.capacity_mj.to_le_bytes());
        bytes[8..10].copy_from_slice(&self.erase_mj.to_le_bytes());
        bytes[10..12].copy_from_slice(&self.sector_mj.to_le_bytes());
        bytes[12..].copy_from_slice(&self.boot_mj.to_le_bytes());
        bytes
    }

    pub(crate) const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let [e0, e1, f0, f1, c0, c1, c2, c3, r0, r1, s0, s1, b0, b1] = bytes;
        Self {
            empty_mv: u16::from_le_bytes([e0, e1]),
            full_mv: u16::from_le_bytes([f0, f1]),
            capacity_mj: u32::from_le_bytes([c0, c1, c2, c3]),
            erase_mj: u16::from_le_bytes([r0, r1]),
            sector_mj: u16::from_le_bytes([s0, s1]),
            boot_mj: u16::from_le_bytes([b0, b1]),
        }
    }
}
