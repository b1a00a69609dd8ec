//! Days, halves of days, and how long a meeting is for whom.

use jiff::civil::{Date, date};

use super::*;
use crate::booking::{Days, Half, SERVICE_LATER};

const PARIS: &str = "Europe/Paris";

impl Bench {
    async fn wished(&self, when: When, who: Option<u32>, modality: Modality) -> Vec<Slot> {
        let request = Request::FindSlots { place: place(), modality, when, phone: who.map(phone), limit: 12 };
        match self.ask("r", "find", request).await {
            Reply::Slots(slots) => slots,
            other => panic!("{other:?}"),
        }
    }

    async fn days(&self, days: Days, half: Half, limit: u8) -> Vec<Date> {
        let (modality, when) = (Modality::InPerson, When { days, half });
        match self.ask("r", "days", Request::FindDays { place: place(), modality, when, phone: None, limit }).await {
            Reply::Days(days) => days,
            other => panic!("{other:?}"),
        }
    }
}

fn day(slot: &Slot) -> Date {
    slot.starts_at.in_tz(PARIS).unwrap().date()
}

fn minutes(slot: &Slot) -> i64 {
    (slot.ends_at.as_second() - slot.starts_at.as_second()) / 60
}

async fn a_wish_is_counted_on_the_caller_s_calendar() {
    let bench = bench().await;
    let (first, later) = (date(2026, 12, 7), date(2026, 12, 14));
    for (days, from, to) in [
        (Days::ThisWeek, date(2026, 11, 30), first),
        (Days::NextWeek, first, later),
        (Days::Later, later, date(2027, 2, 1)),
        (Days::On(date(2026, 12, 9)), date(2026, 12, 9), date(2026, 12, 10)),
    ] {
        for half in [Half::Any, Half::Morning, Half::Afternoon] {
            let slots = bench.wished(When { days, half }, None, Modality::InPerson).await;
            assert!(!slots.is_empty(), "{days:?} {half:?}");
            for slot in slots {
                let hour = slot.starts_at.in_tz(PARIS).unwrap().hour();
                assert!(from <= day(&slot) && day(&slot) < to, "{days:?}: {slot:?}");
                assert!(half == Half::Any || (hour < 13) == (half == Half::Morning), "{half:?}: {slot:?}");
            }
        }
    }
}

async fn days_are_those_that_have_a_place_soonest_first() {
    let bench = bench().await;
    let week: Vec<Date> = (7..=11).map(|day| date(2026, 12, day)).collect();
    assert_eq!(bench.days(Days::NextWeek, Half::Morning, 12).await[..5], week);
    assert_eq!(bench.days(Days::NextWeek, Half::Any, 3).await, week[..3]);
    // A day of notice: Monday and what is left of Tuesday morning are too soon.
    assert_eq!(bench.days(Days::ThisWeek, Half::Any, 1).await, [date(2026, 12, 1)]);
    assert_eq!(bench.days(Days::On(date(2026, 12, 25)), Half::Any, 3).await, [], "a holiday");
    assert_eq!(bench.days(Days::On(date(2027, 12, 1)), Half::Any, 3).await, [], "past the horizon");
    assert_eq!(bench.days(Days::On(date(2020, 1, 1)), Half::Any, 3).await, []);
}

async fn weeks_of_a_clock_change_have_their_days_and_hours() {
    let mut bench = bench().await;
    bench.now = "2027-03-25T08:00:00Z".parse().unwrap();
    // Clocks go forward on Sunday 28 March; the 29th is Easter Monday.
    let after: Vec<Date> = vec![date(2027, 3, 30), date(2027, 3, 31), date(2027, 4, 1), date(2027, 4, 2)];
    assert_eq!(bench.days(Days::NextWeek, Half::Any, 4).await, after);
    let slots = bench.wished(When { days: Days::NextWeek, half: Half::Morning }, None, Modality::InPerson).await;
    assert!(slots.iter().all(|slot| (8..13).contains(&slot.starts_at.in_tz(PARIS).unwrap().hour())));
    bench.now = "2026-10-22T08:00:00Z".parse().unwrap();
    assert_eq!(bench.days(Days::NextWeek, Half::Any, 1).await, [date(2026, 10, 26)]);
    assert_eq!(bench.days(Days::Later, Half::Any, 1).await, [date(2026, 11, 2)]);
}

async fn who_met_a_counsellor_before_needs_less_time() {
    let mut bench = bench().await;
    let first = bench.slots(Modality::InPerson).await.remove(0);
    assert_eq!(minutes(&first), 90);
    bench.booked("a", 1, &first).await;
    let any = When::default();
    assert_eq!(minutes(&bench.wished(any, Some(1), Modality::InPerson).await[0]), 90, "not met yet");
    bench.now = first.ends_at;
    for (modality, first, later) in [(Modality::InPerson, 90, 60), (Modality::Phone, 45, 30), (Modality::Visio, 45, 30)]
    {
        assert_eq!(minutes(&bench.wished(any, Some(1), modality).await[0]), later, "{modality:?}");
        assert_eq!(minutes(&bench.wished(any, Some(2), modality).await[0]), first, "somebody else, {modality:?}");
        assert_eq!(minutes(&bench.wished(any, None, modality).await[0]), first, "nobody known, {modality:?}");
    }
    bench.other_program("DELETE FROM service_modality WHERE service_id = 'later'").await;
    bench.now += 5.seconds();
    assert_eq!(minutes(&bench.wished(any, Some(1), Modality::InPerson).await[0]), 90, "nothing said of later ones");
}

async fn who_cancelled_or_lives_elsewhere_has_met_nobody() {
    let mut bench = bench().await;
    let slots = bench.slots(Modality::InPerson).await;
    let appointment = bench.booked("a", 1, &slots[0]).await;
    bench.ask("a", "cancel", Request::Cancel { appointment }).await;
    bench.booked("b", 2, &slots[1]).await;
    bench.now = slots[1].ends_at;
    assert_eq!(minutes(&bench.wished(When::default(), Some(1), Modality::Phone).await[0]), 45);
    let elsewhere = PostalCode::parse("21000").unwrap();
    let (modality, when) = (Modality::Phone, When::default());
    let find = Request::FindSlots { place: elsewhere, modality, when, phone: Some(phone(2)), limit: 1 };
    let Reply::Slots(found) = bench.ask("r", "find", find).await else { panic!("no slots") };
    assert_eq!(minutes(&found[0]), 45);
}

async fn a_place_is_kept_and_booked_with_the_buffers_of_its_own_service() {
    let mut bench = bench().await;
    let first = bench.slots(Modality::InPerson).await.remove(0);
    bench.booked("a", 1, &first).await;
    bench.now = first.ends_at;
    // As long as a first meeting: only its service tells that more time is needed around it.
    bench.other_program("UPDATE service_modality SET duration_min = 90 WHERE service_id = 'later'").await;
    bench.other_program("UPDATE service SET buf_before = 10, buf_after = 20 WHERE id = 'later'").await;
    let slot = bench.wished(When::default(), Some(1), Modality::InPerson).await.remove(0);
    assert_eq!((slot.service.as_str(), minutes(&slot)), (SERVICE_LATER, 90));
    let second = bench.booked("b", 1, &slot).await;
    assert_eq!(second.slot, slot);
    let own = "SELECT COUNT(*) FROM cell WHERE resource LIKE 'c:%' AND holder_id = (SELECT id FROM appointment WHERE service_id = 'later')";
    assert_eq!(bench.count(own).await, 18 + 2 + 4);
    let find = Request::FindAppointments { phone: phone(1), place: place() };
    assert_eq!(bench.ask("r", "f", find).await, Reply::Appointments(vec![second]));
}

on_both_engines! {
    a_wish_is_counted_on_the_caller_s_calendar,
    days_are_those_that_have_a_place_soonest_first,
    weeks_of_a_clock_change_have_their_days_and_hours,
    who_met_a_counsellor_before_needs_less_time,
    who_cancelled_or_lives_elsewhere_has_met_nobody,
    a_place_is_kept_and_booked_with_the_buffers_of_its_own_service,
}
