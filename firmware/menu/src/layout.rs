//! Where things are in a device's flash.
//!
//! One struct for every rig: `sim` uses a small flash, a chip crate its own figures, and agent and
//! first stage read both through the same names.

words! {
    /// One of the two places an image can run from.
    pub enum Slot: u8 {
        /// The first slot.
        A = 0 "a",
        /// The second slot.
        B = 1 "b",
    }
}

impl Slot {
    /// The other slot.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Slot::A => Slot::B,
            Slot::B => Slot::A,
        }
    }
}

/// Where an image comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A slot.
    Slot(Slot),
    /// The region of the recovery image.
    Recovery,
}

impl From<Slot> for Origin {
    fn from(slot: Slot) -> Self {
        Origin::Slot(slot)
    }
}

/// A stretch of flash, in bytes from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// First byte.
    pub offset_bytes: u32,
    /// Length.
    pub size_bytes: u32,
}

impl Region {
    /// The first byte behind the region.
    pub const fn end_bytes(self) -> u32 {
        self.offset_bytes + self.size_bytes
    }

    const fn is_aligned(self, sector_bytes: u32) -> bool {
        self.offset_bytes.is_multiple_of(sector_bytes)
            && self.size_bytes.is_multiple_of(sector_bytes)
            && self.size_bytes > 0
    }
}

/// The map of a device's flash. Every region begins and ends on a sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Smallest unit of erase.
    pub sector_bytes: u32,
    /// Size of the whole flash.
    pub flash_bytes: u32,
    /// Provisioning record, one sector. Written by the manufacturer, never by the device.
    pub provision: Region,
    /// Security floor, a log of two sectors. Written by the first stage only.
    pub floor: Region,
    /// Boot records, a log of two sectors.
    pub journal: Region,
    /// The slots, A then B, of equal size. The first sector holds the slot's header.
    pub slots: [Region; 2],
    /// The recovery image, laid out as a slot. Written by the manufacturer, never by the device.
    pub recovery: Region,
}

/// What is wrong with a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutError {
    /// A region does not begin and end on a sector, or is empty.
    Unaligned(Region),
    /// Two regions share bytes.
    Overlap(Region, Region),
    /// A region reaches beyond the flash.
    OutOfFlash(Region),
    /// A log needs exactly two sectors.
    LogSize(Region),
    /// The slots differ in size, or one of them or the recovery has no room for a header and an image.
    SlotSize,
}

impl Layout {
    /// The usual map: provisioning, floor and journal one after the other from the first sector on, and
    /// the two slots, each of `slot_bytes`, from `slots_at_bytes` on, and then as much for the recovery.
    pub const fn packed(sector_bytes: u32, flash_bytes: u32, slots_at_bytes: u32, slot_bytes: u32) -> Self {
        Self {
            sector_bytes,
            flash_bytes,
            provision: Region { offset_bytes: 0, size_bytes: sector_bytes },
            floor: Region { offset_bytes: sector_bytes, size_bytes: 2 * sector_bytes },
            journal: Region { offset_bytes: 3 * sector_bytes, size_bytes: 2 * sector_bytes },
            slots: [
                Region { offset_bytes: slots_at_bytes, size_bytes: slot_bytes },
                Region { offset_bytes: slots_at_bytes + slot_bytes, size_bytes: slot_bytes },
            ],
            recovery: Region { offset_bytes: slots_at_bytes + 2 * slot_bytes, size_bytes: slot_bytes },
        }
    }

    /// The slot's whole region.
    pub const fn slot(&self, slot: Slot) -> Region {
        match slot {
            Slot::A => self.slots[0],
            Slot::B => self.slots[1],
        }
    }

    /// The whole region that an image comes from.
    pub const fn origin(&self, origin: Origin) -> Region {
        match origin {
            Origin::Slot(slot) => self.slot(slot),
            Origin::Recovery => self.recovery,
        }
    }

    /// The part of the slot that holds the image: everything behind the header's sector.
    pub const fn image(&self, slot: Slot) -> Region {
        self.image_of(Origin::Slot(slot))
    }

    /// The part of a region that holds the image: everything behind the header's sector.
    pub const fn image_of(&self, origin: Origin) -> Region {
        let region = self.origin(origin);
        Region {
            offset_bytes: region.offset_bytes + self.sector_bytes,
            size_bytes: region.size_bytes - self.sector_bytes,
        }
    }

    /// Checks alignment, order and size of every region.
    pub fn check(&self) -> Result<(), LayoutError> {
        let regions = [self.provision, self.floor, self.journal, self.slots[0], self.slots[1], self.recovery];
        for (index, region) in regions.iter().enumerate() {
            if !region.is_aligned(self.sector_bytes) {
                return Err(LayoutError::Unaligned(*region));
            }
            if region.end_bytes() > self.flash_bytes {
                return Err(LayoutError::OutOfFlash(*region));
            }
            let clash = regions[..index]
                .iter()
                .find(|other| region.offset_bytes < other.end_bytes() && other.offset_bytes < region.end_bytes());
            if let Some(other) = clash {
                return Err(LayoutError::Overlap(*other, *region));
            }
        }
        for log in [self.floor, self.journal] {
            if log.size_bytes != 2 * self.sector_bytes {
                return Err(LayoutError::LogSize(log));
            }
        }
        let [slot_bytes, other_bytes] = self.slots.map(|slot| slot.size_bytes);
        if slot_bytes != other_bytes || slot_bytes.min(self.recovery.size_bytes) < 2 * self.sector_bytes {
            return Err(LayoutError::SlotSize);
        }
        Ok(())
    }
}
