//! The one place where the bench looks at a wall clock.
//!
//! Time on the wall names the folder of a run, is stated beside its records and shown to the person who
//! waits. Nothing that decides a verdict, and nothing that is written into a record, comes from here.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Measures how long a person has waited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch {
    started: Instant,
}

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "shown to a person, never part of a verdict or a record")]
    pub(crate) fn start() -> Self {
        Self { started: Instant::now() }
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.started.elapsed()
    }
}

/// A moment in UTC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    seconds_since_epoch: u64,
}

impl Moment {
    #[expect(
        clippy::disallowed_methods,
        reason = "names a folder and is stated beside a record, never part of a verdict or a record"
    )]
    pub(crate) fn now() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { seconds_since_epoch: since_epoch.as_secs() }
    }

    /// As `20261122-110131`: a name for a folder that sorts by time.
    pub(crate) fn stamp(self) -> String {
        let Date { year, month, day } = self.date();
        let (hours, minutes, seconds) = self.time_of_day();
        format!("{year:04}{month:02}{day:02}-{hours:02}{minutes:02}{seconds:02}")
    }

    /// As `2026-11-22T11:01:31`: ISO 8601 without a zone.
    pub(crate) fn iso_8601(self) -> String {
        let Date { year, month, day } = self.date();
        let (hours, minutes, seconds) = self.time_of_day();
        format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}")
    }

    /// As `2026-11-22T11:01:31Z`: RFC 3339 in UTC.
    pub(crate) fn utc(self) -> String {
        self.iso_8601() + "Z"
    }

    fn date(self) -> Date {
        Date::of_day(self.seconds_since_epoch / 86_400)
    }

    fn time_of_day(self) -> (u64, u64, u64) {
        let second = self.seconds_since_epoch % 86_400;
        (second / 3600, second / 60 % 60, second % 60)
    }
}

/// A day of the Gregorian calendar.
struct Date {
    year: u64,
    month: u64,
    day: u64,
}

impl Date {
    /// The date so many days after 1970-01-01. Years begin in March here, so that the day that comes
    /// and goes is the last of its year.
    fn of_day(days: u64) -> Self {
        const DAYS_FROM_YEAR_0: u64 = 719_468;
        const DAYS_PER_ERA: u64 = 146_097;
        let days = days + DAYS_FROM_YEAR_0;
        let (era, day_of_era) = (days / DAYS_PER_ERA, days % DAYS_PER_ERA);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let months_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * months_from_march + 2) / 5 + 1;
        let month = if months_from_march < 10 { months_from_march + 3 } else { months_from_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        Self { year, month, day }
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn a_stamp_is_the_date_in_utc() {
        let stamp = |seconds_since_epoch| Moment { seconds_since_epoch }.stamp();
        assert_eq!(stamp(0), "19700101-000000");
        assert_eq!(stamp(951_782_399), "20000228-235959");
        assert_eq!(stamp(951_782_400), "20000229-000000");
        assert_eq!(stamp(1_795_345_291), "20261122-110131");
        assert_eq!(stamp(4_107_542_400), "21000301-000000");
        assert_eq!(Moment { seconds_since_epoch: 951_782_400 }.iso_8601(), "2000-02-29T00:00:00");
    }
}
