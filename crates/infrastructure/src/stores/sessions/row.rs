//! A session and its row.

use sea_orm::Set;
use taskwell_application::ports::{HeldSession, StoreError};
use taskwell_domain::{Client, Session, SessionId, Timestamp};

use crate::{
    entities::{sessions, users},
    stores::{address, user_id},
};

/// The columns that a renewal writes.
pub(super) fn renewed(session: &Session) -> sessions::ActiveModel {
    let client = &session.client;
    sessions::ActiveModel {
        last_used_at: Set(session.last_used_at.as_datetime()),
        expires_at: Set(session.expires_at.as_datetime()),
        user_agent: Set(client.user_agent().map(str::to_owned)),
        ip: Set(client.address().map(|address| address.to_string())),
        ..Default::default()
    }
}

/// All columns, for a session that is new.
pub(super) fn new(session: &Session) -> sessions::ActiveModel {
    sessions::ActiveModel {
        id: Set(session.id.as_uuid()),
        user_id: Set(session.user_id.to_string()),
        created_at: Set(session.created_at.as_datetime()),
        ended_at: Set(session.ended_at.map(Timestamp::as_datetime)),
        begun_from: Set(network(&session.client)),
        ..renewed(session)
    }
}

/// Where that is, if it is known: all that is not known is not one place.
pub(super) fn network(client: &Client) -> Option<String> {
    client.address().map(|_| client.network())
}

pub(super) fn held(session: sessions::Model, user: users::Model) -> Result<HeldSession, StoreError> {
    Ok(HeldSession {
        session: session.try_into()?,
        user: user.try_into()?,
    })
}

impl TryFrom<sessions::Model> for Session {
    type Error = StoreError;

    fn try_from(row: sessions::Model) -> Result<Self, StoreError> {
        let address = address("sessions.ip", row.ip.as_deref())?;
        Ok(Self {
            id: SessionId::from(row.id),
            user_id: user_id("sessions.user_id", &row.user_id)?,
            created_at: Timestamp::from(row.created_at),
            last_used_at: Timestamp::from(row.last_used_at),
            expires_at: Timestamp::from(row.expires_at),
            ended_at: row.ended_at.map(Timestamp::from),
            client: Client::new(address, row.user_agent.as_deref()),
        })
    }
}
