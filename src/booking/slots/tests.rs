//! Openings, days and diaries, without a store.

use proptest::prelude::*;

use super::*;

fn site(tz: &str, calendar: Zone) -> Venue {
    let site = Site {
        id: "s".into(),
        city: "Dijon".into(),
        say_city: "à Dijon,".into(),
        say_address: "à Dijon.".into(),
        tz: tz.into(),
    };
    Venue { site, zone: TimeZone::get(tz).unwrap(), calendar }
}

fn opening(weekday: i8, start_min: i64, end_min: i64) -> Opening {
    Opening {
        counsellor_id: "c".into(),
        venue: 0,
        weekday,
        every_weeks: 1,
        start_min,
        end_min,
        valid_from: Date::constant(2026, 1, 1),
        valid_to: None,
    }
}

/// One counsellor's week, and a caller who asks.
struct Ask {
    venues: Vec<Venue>,
    openings: Vec<Opening>,
    diaries: Diaries,
    terms: Terms,
}

fn ask(openings: &[Opening]) -> Ask {
    let terms = Terms { duration_min: 90, buf_before_min: 0, buf_after_min: 0, notice_min: 1_440, horizon_days: 60 };
    Ask {
        venues: vec![site("Europe/Paris", Zone::Metropole)],
        openings: openings.to_vec(),
        diaries: Diaries::new(),
        terms,
    }
}

impl Ask {
    fn hears(&self, now: &str, limit: usize) -> Vec<String> {
        let slots = self.slots(at(now), limit);
        slots
            .iter()
            .map(|slot| slot.starts_at.to_zoned_datetime(self.venues[0].zone.clone()).strftime("%F %H:%M").to_string())
            .collect()
    }

    fn slots(&self, now: Timestamp, limit: usize) -> Vec<Slot> {
        let mut search = Search::new(&self.venues, &self.openings, &self.terms, now, limit);
        search.look(0..7, &self.diaries);
        search.look(7..1_000, &self.diaries);
        search.slots("first", Modality::InPerson)
    }

    fn diary(&mut self) -> &mut Diary {
        self.diaries.entry("c".into()).or_default()
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const MONDAY: &str = "2026-11-30T08:00:00Z";

#[test]
fn places_follow_each_other_within_the_opening() {
    assert_eq!(ask(&[opening(3, 540, 720)]).hears(MONDAY, 2), ["2026-12-02 09:00", "2026-12-09 09:00"]);
}

#[test]
fn a_shorter_meeting_gives_more_places() {
    let mut week = ask(&[opening(3, 540, 720)]);
    let long = week.hears(MONDAY, 1_000).len();
    week.terms.duration_min = 45;
    assert_eq!(week.hears(MONDAY, 1_000).len(), 2 * long);
}

#[test]
fn another_day_comes_before_another_hour() {
    let week = ask(&[opening(3, 540, 1_080), opening(4, 540, 1_080)]);
    assert_eq!(week.hears(MONDAY, 3), ["2026-12-02 09:00", "2026-12-02 13:30", "2026-12-03 09:00"]);
}

#[test]
fn nothing_sooner_than_the_notice_nor_later_than_the_horizon() {
    let mut week = ask(&[opening(3, 540, 630)]);
    assert_eq!(week.hears("2026-12-01T08:30:00Z", 1), ["2026-12-09 09:00"]);
    week.terms.notice_min = 60;
    assert_eq!(week.hears("2026-12-01T08:30:00Z", 1), ["2026-12-02 09:00"]);
    week.terms.horizon_days = 2;
    assert_eq!(week.hears("2026-12-01T08:30:00Z", 9), ["2026-12-02 09:00"]);
    week.terms.horizon_days = 1;
    assert_eq!(week.slots(at("2026-12-01T08:30:00Z"), 9), []);
}

#[test]
fn holidays_absences_and_taken_cells_are_not_offered() {
    let mut week = ask(&[opening(5, 540, 630)]);
    let second = |text| at(text).as_second();
    week.diary().away(second("2027-01-01T00:00:00Z"), second("2027-01-09T00:00:00Z"));
    let cell = second("2027-01-15T08:30:00Z") / CELL_S;
    week.diary().take(cell..cell + 1);
    // Fridays: 25 December and 1 January are holidays, the 8th is an absence, the 15th is taken.
    assert_eq!(week.hears("2026-12-23T08:00:00Z", 1), ["2027-01-22 09:00"]);
}

#[test]
fn the_same_saturday_is_open_in_dijon_and_closed_in_strasbourg() {
    let mut week = ask(&[opening(6, 540, 630)]);
    assert_eq!(week.hears("2026-12-21T08:00:00Z", 1), ["2026-12-26 09:00"]);
    week.venues[0].calendar = Zone::AlsaceMoselle;
    assert_eq!(week.hears("2026-12-21T08:00:00Z", 1), ["2027-01-02 09:00"]);
}

#[test]
fn every_second_week_counts_from_its_first() {
    let mut fortnight = opening(3, 540, 630);
    fortnight.every_weeks = 2;
    // A Friday: its week, not its day, is the first.
    fortnight.valid_from = Date::constant(2026, 11, 27);
    fortnight.valid_to = Some(Date::constant(2027, 1, 6));
    let week = ask(&[fortnight]);
    assert_eq!(week.hears(MONDAY, 9), ["2026-12-09 09:00", "2026-12-23 09:00", "2027-01-06 09:00"]);
}

#[test]
fn buffers_stand_between_meetings_and_may_reach_over_the_edge_of_an_opening() {
    let mut week = ask(&[opening(3, 540, 720)]);
    week.terms = Terms { duration_min: 45, buf_before_min: 5, buf_after_min: 10, ..week.terms };
    assert_eq!(week.hears("2026-12-01T07:00:00Z", 1_000)[..1], ["2026-12-02 09:00"]);
    week.terms.horizon_days = 3;
    let all = ["2026-12-02 09:00", "2026-12-02 10:00", "2026-12-02 11:00"];
    assert_eq!(week.hears("2026-12-01T07:00:00Z", 9), all);
    // Something else until 10:00 leaves no time to prepare a meeting then; the one before is over, its notes written.
    let ten = at("2026-12-02T09:00:00Z").as_second() / CELL_S;
    week.diary().take(ten - 1..ten);
    assert_eq!(week.hears("2026-12-01T07:00:00Z", 9), ["2026-12-02 09:00", "2026-12-02 11:00"]);
}

#[test]
fn a_counsellor_of_two_sites_is_one_person() {
    let mut week = ask(&[opening(3, 540, 630), Opening { venue: 1, ..opening(3, 540, 630) }]);
    week.venues.push(site("Europe/Paris", Zone::Metropole));
    week.venues[1].site.id = "other".into();
    week.terms.horizon_days = 4;
    assert_eq!(week.slots(at(MONDAY), 9).len(), 2);
    let nine = at("2026-12-02T08:00:00Z").as_second() / CELL_S;
    week.diary().take(nine..nine + 18);
    assert_eq!(week.slots(at(MONDAY), 9), []);
}

#[test]
fn the_hour_on_the_wall_stays_over_the_clock_change() {
    let week = ask(&[opening(1, 540, 630)]);
    assert_eq!(week.hears("2026-10-16T08:00:00Z", 2), ["2026-10-19 09:00", "2026-10-26 09:00"]);
    let slots = week.slots(at("2026-10-16T08:00:00Z"), 2);
    assert_eq!(slots[1].starts_at.as_second() - slots[0].starts_at.as_second(), 7 * DAY_S + 3_600);
}

#[test]
fn no_meeting_touches_an_hour_that_does_not_exist_or_comes_twice() {
    let mut night = ask(&[opening(7, 0, 540)]);
    night.terms.horizon_days = 3;
    // 2027-03-28: 02:00 to 03:00 does not exist; 01:30 + 90 min would end there.
    let spring = ["2027-03-28 00:00", "2027-03-28 03:00", "2027-03-28 04:30", "2027-03-28 06:00", "2027-03-28 07:30"];
    assert_eq!(night.hears("2027-03-26T08:00:00Z", 9), spring);
    // 2026-10-25: 02:00 to 03:00 comes twice; 01:30 + 90 min would be over at the first 03:00, an hour early.
    let autumn = ["2026-10-25 00:00", "2026-10-25 03:00", "2026-10-25 04:30", "2026-10-25 06:00", "2026-10-25 07:30"];
    assert_eq!(night.hears("2026-10-23T08:00:00Z", 9), autumn);
    for slot in night.slots(at("2026-10-23T08:00:00Z"), 9) {
        assert_eq!(slot.ends_at.as_second() - slot.starts_at.as_second(), 90 * 60);
    }
}

proptest! {
    #[test]
    fn a_diary_knows_every_cell_it_was_told(
        told in proptest::collection::vec((0_i64..60, 1_i64..9), 0..20),
        wanted in (0_i64..60, 1_i64..9),
    ) {
        let mut diary = Diary::default();
        for (start, length) in &told {
            diary.take(*start..start + length);
        }
        let range = |(start, length): (i64, i64)| start..start + length;
        let is_taken = told.iter().any(|told| range(*told).any(|cell| range(wanted).contains(&cell)));
        prop_assert_eq!(diary.is_free(&range(wanted)), !is_taken);
    }
}
