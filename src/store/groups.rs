//! Meetings of several people. A seat is a row that is there before anybody sits on it, so there is none too many to take.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};
use ulid::Ulid;

use super::engine::lost;
use super::find;
use super::write::{Who, known, meet};
use crate::booking::places::Place;
use crate::booking::{Group, PostalCode};
use crate::flow::action::Reply;

/// Coming meetings looked at: more than a year of a region.
const MEETINGS_MAX: i64 = 500;

/// Coming meetings with a free seat, soonest first: those of the person's own département; where it has none, those of the nearest
/// site that has.
pub(super) async fn near(
    connection: &mut AnyConnection,
    now: Timestamp,
    place: &PostalCode,
    limit: u8,
) -> Result<Reply, sqlx::Error> {
    let sql = "SELECT g.id, g.starts_at, g.ends_at, s.id, s.city, s.say_city, s.say_address, s.tz, s.postal, s.insee FROM group_meeting g JOIN site s ON s.id = g.site_id \
               WHERE g.starts_at > $1 AND EXISTS(SELECT 1 FROM group_seat f WHERE f.group_id = g.id AND f.person_id IS NULL) ORDER BY g.starts_at, g.id LIMIT $2";
    let rows = sqlx::query(sql).bind(now.as_second()).bind(MEETINGS_MAX).fetch_all(connection).await?;
    let home = Place::of_code(place);
    let sites: Vec<Place> = rows.iter().map(|row| Place::of_site(row.get(8), row.get(9))).collect();
    let is_at_home = sites.iter().any(|site| home.shares_departement(site));
    let nearest = sites.iter().map(|site| home.distance(site)).min();
    let is_near = |site: &Place| match is_at_home {
        true => home.shares_departement(site),
        false => Some(home.distance(site)) == nearest,
    };
    let near = rows.iter().zip(&sites).filter(|(_, site)| is_near(site));
    let instant = |second: i64| Timestamp::from_second(second).unwrap_or_default();
    let group = |row: &sqlx::any::AnyRow| Group {
        id: row.get(0),
        site: find::site(row, 3),
        starts_at: instant(row.get(1)),
        ends_at: instant(row.get(2)),
    };
    Ok(Reply::Groups(near.take(usize::from(limit)).map(|(row, _)| group(row)).collect()))
}

/// Takes a free seat of the meeting as it was read out; the same person sits once.
pub(super) async fn join(
    tx: &mut AnyConnection,
    now: Timestamp,
    who: Who<'_>,
    group: &Group,
) -> Result<Reply, sqlx::Error> {
    let known = known(tx, who).await?;
    let sql = "SELECT seat_no FROM group_seat WHERE group_id = $1 AND person_id = $2";
    if let Some(person) = &known
        && sqlx::query(sql).bind(&group.id).bind(person).fetch_optional(&mut *tx).await?.is_some()
    {
        return Ok(Reply::AlreadyJoined(group.clone()));
    }
    let free = "SELECT MIN(f.seat_no) FROM group_seat f JOIN group_meeting g ON g.id = f.group_id \
                WHERE g.id = $1 AND g.starts_at = $2 AND g.starts_at > $3 AND f.person_id IS NULL";
    let query = sqlx::query(free).bind(&group.id).bind(group.starts_at.as_second()).bind(now.as_second());
    let Some(seat) = query.fetch_one(&mut *tx).await?.get::<Option<i64>, _>(0) else { return Ok(Reply::Full) };
    let person = known.clone().unwrap_or_else(|| Ulid::generate().to_string());
    meet(tx, now, &person, known.is_none().then_some(who)).await?;
    let sql = "UPDATE group_seat SET person_id = $1, taken_at = $2 WHERE group_id = $3 AND seat_no = $4 AND person_id IS NULL";
    let taken = sqlx::query(sql).bind(person).bind(now.as_second()).bind(&group.id).bind(seat).execute(tx).await?;
    match taken.rows_affected() {
        1 => Ok(Reply::Joined(group.clone())),
        // Never seen among lines, which share a lock: all of it is undone and asked anew.
        _ => Err(lost("a seat, between looking and taking")),
    }
}
