use std::io::{self, BufRead, IsTerminal};

use serde::Serialize;
use taskwell_application::{
    Administration, Error,
    administration::{Administrator, AssertedAccount, CreateAccount, ListAccounts},
};
use taskwell_domain::{AccountChange, Email, NewPassword, Role, Timestamp, User as UserAccount, UserId};
use taskwell_web::Drain;

use super::{CommandError, schema};
use crate::{
    cli::{Account, User},
    output,
    settings::Settings,
    telemetry,
    wiring::{self, Wiring},
};

/// An account, as `--json` shows it.
#[derive(Serialize)]
struct Line {
    id: UserId,
    email: Option<Email>,
    role: &'static str,
    disabled: bool,
    issuer: String,
    created_at: Timestamp,
    last_login_at: Option<Timestamp>,
}

impl From<UserAccount> for Line {
    fn from(user: UserAccount) -> Self {
        Self {
            disabled: user.is_disabled(),
            role: user.role.as_str(),
            issuer: user.issuer.to_string(),
            id: user.id,
            email: user.email,
            created_at: user.created_at,
            last_login_at: user.last_login_at,
        }
    }
}

impl Line {
    fn text(&self) -> String {
        let email = self.email.as_ref().map_or("-", |email| email.as_str());
        let state = if self.disabled { "disabled" } else { "enabled" };
        format!(
            "{}  {email}  {}  {state}  {}  {}\n",
            self.id, self.role, self.issuer, self.created_at
        )
    }
}

/// `taskwell user`
pub(super) async fn run(settings: &Settings, what: User) -> Result<(), CommandError> {
    telemetry::start(&settings.log);
    let database = wiring::connect(&settings.database).await?;
    schema::bring_up_to_date(&database).await?;
    let administration = Wiring::new(database.clone(), settings, Drain::default())?.administration();
    let done = Operator {
        administration,
        by: Administrator::operator(),
    }
    .does(what)
    .await;
    database.close().await;
    done
}

/// Whoever has the command line at hand.
struct Operator {
    administration: Administration,
    by: Administrator,
}

impl Operator {
    async fn does(&self, what: User) -> Result<(), CommandError> {
        match what {
            User::Create { email, role, report } => {
                let email = Email::parse(&email).map_err(|fault| wrong("--email", &fault.detail))?;
                let command = CreateAccount {
                    role: role_of(&role)?,
                    password: password_of(Some(&email))?,
                    email,
                };
                let made = self.administration.create_account(&self.by, command).await;
                show(&[made.map_err(failed)?.into()], report.json)
            }
            User::List(report) => show(&self.all().await?, report.json),
            User::SetRole { account, role } => {
                let role = Some(role_of(&role)?);
                self.change(&account, AccountChange { role, disabled: None })
                    .await
            }
            User::Disable(account) => self.set_disabled(&account, true).await,
            User::Enable(account) => self.set_disabled(&account, false).await,
            User::ResetPassword(account) => {
                let user = self.find(&account).await?;
                if !user.issuer.is_ourselves() {
                    return Err(CommandError::plain(format!(
                        "the account has no password here: it logs in at {}",
                        user.issuer
                    )));
                }
                let password = password_of(user.email.as_ref())?;
                let reset = self.administration.reset_password(&self.by, &user.id, &password);
                reset.await.map_err(failed)
            }
        }
    }

    async fn set_disabled(&self, account: &Account, disabled: bool) -> Result<(), CommandError> {
        let disabled = Some(disabled);
        self.change(account, AccountChange { role: None, disabled }).await
    }

    async fn change(&self, account: &Account, change: AccountChange) -> Result<(), CommandError> {
        let user = self.find(account).await?;
        let nothing = AssertedAccount::default();
        let changed = self
            .administration
            .change_account(&self.by, &user.id, change, &nothing);
        changed.await.map(drop).map_err(failed)
    }

    /// What looks like an address can be the id of an account from elsewhere as well.
    async fn find(&self, account: &Account) -> Result<UserAccount, CommandError> {
        let named = account.email_or_id.as_str();
        if let Ok(email) = Email::parse(named) {
            match self.administration.account_of(&self.by, &email).await {
                Err(Error::NotFound(_)) => {}
                found => return found.map_err(failed),
            }
        }
        let id = UserId::parse(named).map_err(|fault| wrong("EMAIL", &fault.detail))?;
        self.administration.account(&self.by, &id).await.map_err(failed)
    }

    async fn all(&self) -> Result<Vec<Line>, CommandError> {
        let mut all = Vec::new();
        let mut cursor = None;
        loop {
            let asked = ListAccounts {
                search: None,
                cursor,
                limit: 100,
            };
            let page = self.administration.list_accounts(&self.by, asked).await;
            let page = page.map_err(|error| CommandError::because("the accounts cannot be listed", error))?;
            all.extend(page.users.into_iter().map(Line::from));
            cursor = page.next;
            if cursor.is_none() {
                return Ok(all);
            }
        }
    }
}

fn show(lines: &[Line], json: bool) -> Result<(), CommandError> {
    if json {
        Ok(output::print_json(&lines)?)
    } else {
        let text: String = lines.iter().map(Line::text).collect();
        Ok(output::print(&text)?)
    }
}

/// The first line of standard input.
fn password_of(email: Option<&Email>) -> Result<NewPassword, CommandError> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        output::ask("Password (it is shown as you type): ");
    }
    let mut line = String::new();
    stdin
        .lock()
        .read_line(&mut line)
        .map_err(|error| CommandError::because("the password cannot be read from standard input", error))?;
    let text = line.trim_end_matches(['\n', '\r']);
    NewPassword::parse(text, email).map_err(|fault| wrong("the password on standard input", &fault.detail))
}

fn role_of(word: &str) -> Result<Role, CommandError> {
    Role::from_word(word).ok_or_else(|| wrong("the role", "must be user or admin"))
}

fn wrong(what: &str, detail: &str) -> CommandError {
    CommandError::Usage(format!("{what} {detail}"))
}

fn failed(error: Error) -> CommandError {
    CommandError::because("nothing was changed", error)
}
