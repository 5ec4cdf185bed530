//! Global shortcuts by way of the desktop's portal, for desktops (Wayland's) that hand no keys to a program: the desktop asks
//! its user which keys to give, and says when they are pressed.
//!
//! Source: the documentation of `org.freedesktop.portal.GlobalShortcuts`, versions 1 and 2, and of `Request`; the syntax of
//! triggers is that of the "Shortcuts" specification of freedesktop.org.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _, stream};
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Message};

use crate::shortcuts::{Deed, Given, Key};

/// The desktop asks a person before it gives keys; everything else is answered by a program.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// By what a session and its requests are told from those of others on the same connection.
const TOKEN: &str = "sotto";

/// Why the portal gives no shortcuts.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// There is no portal, or it has no shortcuts to give.
    #[error("this desktop gives no shortcuts: {0}")]
    Absent(zbus::Error),
    /// The user, or the desktop, said no.
    #[error("the desktop gave no keys ({0})")]
    Refused(u32),
    /// It does not answer, or not as it should.
    #[error("the desktop's portal failed: {0}")]
    Failed(#[from] zbus::Error),
}

impl From<zbus::zvariant::Error> for PortalError {
    fn from(error: zbus::zvariant::Error) -> Self {
        Self::Failed(error.into())
    }
}

#[zbus::proxy(
    interface = "org.freedesktop.portal.GlobalShortcuts",
    default_service = "org.freedesktop.portal.Desktop",
    default_path = "/org/freedesktop/portal/desktop"
)]
trait GlobalShortcuts {
    fn create_session(&self, options: Options<'_>) -> zbus::Result<OwnedObjectPath>;
    fn bind_shortcuts(
        &self,
        session: &ObjectPath<'_>,
        shortcuts: &[(&str, Options<'_>)],
        parent_window: &str,
        options: Options<'_>,
    ) -> zbus::Result<OwnedObjectPath>;
    #[zbus(property, name = "version")]
    fn version(&self) -> zbus::Result<u32>;
}

#[zbus::proxy(
    interface = "org.freedesktop.portal.Request",
    default_service = "org.freedesktop.portal.Desktop"
)]
trait Request {
    #[zbus(signal)]
    fn response(&self, response: u32, results: HashMap<&str, Value<'_>>) -> zbus::Result<()>;
}

#[zbus::proxy(
    interface = "org.freedesktop.portal.Session",
    default_service = "org.freedesktop.portal.Desktop"
)]
trait Session {
    #[zbus(signal)]
    fn closed(&self) -> zbus::Result<()>;
}

/// By which a program outside of any sandbox says who it is, so that the desktop remembers what its user chose for it.
#[zbus::proxy(
    interface = "org.freedesktop.host.portal.Registry",
    default_service = "org.freedesktop.portal.Desktop",
    default_path = "/org/freedesktop/portal/desktop"
)]
trait Registry {
    fn register(&self, app_id: &str, options: Options<'_>) -> zbus::Result<()>;
}

type Options<'a> = HashMap<&'a str, Value<'a>>;
type Results = HashMap<String, OwnedValue>;

/// A shortcut that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What it does.
    pub deed: Deed,
    /// What the desktop tells its user of it.
    pub description: String,
    /// The keys that would be liked, as `CTRL+ALT+r`.
    pub trigger: Option<String>,
}

/// Shortcuts that the desktop gave, for as long as this lives.
pub struct Shortcuts {
    portal: GlobalShortcutsProxy<'static>,
    session: OwnedObjectPath,
    /// What the desktop's user agreed to.
    pub given: Vec<Given>,
}

/// Whether there is a portal that could be asked.
pub async fn is_there() -> bool {
    let version = async {
        let bus = Connection::session().await?;
        GlobalShortcutsProxy::new(&bus).await?.version().await
    };
    matches!(tokio::time::timeout(ANSWER_LIMIT, version).await, Ok(Ok(_)))
}

impl Shortcuts {
    /// Asks for them; the desktop may ask its user, which takes as long as it takes.
    ///
    /// # Errors
    /// When there is no portal, when it fails, or when the user says no.
    pub async fn ask(app_id: &str, wishes: &[Wish]) -> Result<Self, PortalError> {
        let bus = Connection::session().await.map_err(PortalError::Absent)?;
        let portal = GlobalShortcutsProxy::new(&bus).await.map_err(PortalError::Absent)?;
        portal.version().await.map_err(PortalError::Absent)?;
        if let Err(error) = RegistryProxy::new(&bus).await?.register(app_id, Options::new()).await {
            tracing::debug!(%error, "the portal knows programs by their sandbox only");
        }
        let session = session(&portal).await?;
        let given = bind(&portal, &session, wishes).await?;
        Ok(Self { portal, session, given })
    }

    /// What is pressed and let go, until the desktop ends it.
    ///
    /// # Errors
    /// When the bus refuses to tell.
    pub async fn keys(
        &self,
    ) -> Result<impl Stream<Item = (Deed, Key)> + Unpin + use<>, PortalError> {
        let session = SessionProxy::builder(self.portal.inner().connection())
            .path(self.session.clone())?
            .build()
            .await?;
        let closed = session.receive_closed().await?.map(drop);
        let left = self.portal.inner().receive_owner_changed().await?.map(drop);
        let ours = self.session.clone();
        // One stream for both ends of a press, so that they stay in their order.
        let signals = self.portal.inner().receive_all_signals().await?;
        let keys = signals.filter_map(move |message| std::future::ready(pressed(&ours, &message)));
        let end = async move { stream::select(closed, left).next().await };
        Ok(Box::pin(keys.take_until(Box::pin(end))))
    }
}

fn pressed(ours: &ObjectPath<'_>, signal: &Message) -> Option<(Deed, Key)> {
    let header = signal.header();
    let key = match header.member()?.as_str() {
        "Activated" => Key::Down,
        "Deactivated" => Key::Up,
        _ => return None,
    };
    let body = signal.body();
    let (session, id, _, _): (ObjectPath<'_>, &str, u64, HashMap<&str, Value<'_>>) =
        body.deserialize().ok()?;
    (*ours == session).then(|| deed_of(id)).flatten().map(|deed| (deed, key))
}

async fn session(portal: &GlobalShortcutsProxy<'_>) -> Result<OwnedObjectPath, PortalError> {
    let options =
        Options::from([("handle_token", TOKEN.into()), ("session_handle_token", TOKEN.into())]);
    let asked = answer(portal, portal.create_session(options));
    let mut results = tokio::time::timeout(ANSWER_LIMIT, asked).await.map_err(|_| {
        PortalError::Failed(zbus::Error::Failure("it does not answer".to_owned()))
    })??;
    let handle = results.remove("session_handle").ok_or(zbus::Error::InvalidReply)?;
    let handle: String = handle.try_into()?;
    Ok(ObjectPath::try_from(handle)?.into())
}

async fn bind(
    portal: &GlobalShortcutsProxy<'_>,
    session: &ObjectPath<'_>,
    wishes: &[Wish],
) -> Result<Vec<Given>, PortalError> {
    let shortcuts: Vec<(&str, Options<'_>)> = wishes
        .iter()
        .map(|wish| {
            let mut options = Options::from([("description", (&*wish.description).into())]);
            if let Some(trigger) = &wish.trigger {
                options.insert("preferred_trigger", (&**trigger).into());
            }
            (id_of(wish.deed), options)
        })
        .collect();
    let options = Options::from([("handle_token", TOKEN.into())]);
    let mut results =
        answer(portal, portal.bind_shortcuts(session, &shortcuts, "", options)).await?;
    let shortcuts = results.remove("shortcuts").ok_or(zbus::Error::InvalidReply)?;
    let shortcuts: Vec<(String, HashMap<String, OwnedValue>)> = shortcuts.try_into()?;
    Ok(shortcuts.into_iter().filter_map(given).collect())
}

fn given((id, mut properties): (String, HashMap<String, OwnedValue>)) -> Option<Given> {
    let keys = properties.remove("trigger_description").and_then(|keys| keys.try_into().ok());
    Some(Given { deed: deed_of(&id)?, keys: keys.unwrap_or_default() })
}

/// What the portal answers to `call`. It does so on an object whose name is known before, so that no answer is missed.
async fn answer(
    portal: &GlobalShortcutsProxy<'_>,
    call: impl Future<Output = zbus::Result<OwnedObjectPath>>,
) -> Result<Results, PortalError> {
    let bus = portal.inner().connection();
    let name = bus.unique_name().ok_or(zbus::Error::InvalidReply)?;
    let sender = name.trim_start_matches(':').replace('.', "_");
    let path = format!("/org/freedesktop/portal/desktop/request/{sender}/{TOKEN}");
    let request = RequestProxy::builder(bus).path(path)?.build().await?;
    let mut responses = request.receive_response().await?;
    call.await?;
    let response = responses.next().await.ok_or(zbus::Error::InvalidReply)?;
    let (code, results): (u32, Results) = response.message().body().deserialize()?;
    if code == 0 { Ok(results) } else { Err(PortalError::Refused(code)) }
}

fn id_of(deed: Deed) -> &'static str {
    match deed {
        Deed::Toggle => "toggle",
        Deed::Talk => "talk",
        Deed::Captions => "captions",
    }
}

fn deed_of(id: &str) -> Option<Deed> {
    Deed::ALL.into_iter().find(|deed| id_of(*deed) == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(member: &str, session: &str, id: &str) -> Message {
        let session = ObjectPath::try_from(session).unwrap();
        let interface = "org.freedesktop.portal.GlobalShortcuts";
        Message::signal("/org/freedesktop/portal/desktop", interface, member)
            .unwrap()
            .build(&(session, id, 7_u64, HashMap::<&str, Value<'_>>::new()))
            .unwrap()
    }

    #[test]
    fn only_what_was_pressed_in_our_session_counts() {
        let ours = ObjectPath::try_from("/session/ours").unwrap();
        for deed in Deed::ALL {
            let id = id_of(deed);
            let down = signal("Activated", "/session/ours", id);
            assert_eq!(pressed(&ours, &down), Some((deed, Key::Down)));
            let up = signal("Deactivated", "/session/ours", id);
            assert_eq!(pressed(&ours, &up), Some((deed, Key::Up)));
            assert_eq!(pressed(&ours, &signal("Activated", "/session/theirs", id)), None);
        }
        assert_eq!(pressed(&ours, &signal("Activated", "/session/ours", "another")), None);
        assert_eq!(pressed(&ours, &signal("ShortcutsChanged", "/session/ours", "toggle")), None);
    }
}
