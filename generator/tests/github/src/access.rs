//! Who asks, and whether they may.

use jiff::Timestamp;
use serde::Deserialize;

use crate::answer::Refused;
use crate::state::{App, Holder, Installation, Level, Repository, Role, State};

/// Who sent a request.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// A holder of a token, with the login that it acts under.
    Holder { login: String, holder: Holder },
    /// An App that says by its own key who it is.
    App { id: u64, slug: String },
}

/// What an operation asks of who calls it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Needs {
    /// A token of a user.
    User,
    /// Any token.
    Anybody,
    /// An App's own key.
    App,
    /// A repository that can be seen, a fine-grained permission, and a role for users.
    Repository(&'static str, Level, Role),
    /// The same for an operation that an archived repository allows too.
    EvenArchived(&'static str, Level, Role),
    /// An organisation, a fine-grained permission, a classic scope, and for users how near they stand to it.
    Organisation(&'static str, Level, &'static str, Near),
}

/// How near a user stands to an organisation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Near {
    Anybody,
    Member,
    Owner,
}

impl Who {
    pub(crate) fn login(&self) -> String {
        match self {
            Who::Holder { login, .. } => login.clone(),
            Who::App { slug, .. } => format!("{slug}[bot]"),
        }
    }

    /// Whose budget of requests it uses: that of a user is shared by all tokens of theirs.
    pub(crate) fn budget(&self) -> String {
        match self {
            Who::Holder { holder, login } => match holder {
                Holder::Classic { .. } | Holder::FineGrained { .. } => format!("user {login}"),
                Holder::Installation { installation, .. } => format!("installation {installation}"),
                Holder::Workflow { repository, .. } => format!("workflow {repository}"),
            },
            Who::App { id, .. } => format!("app {id}"),
        }
    }

    /// The user, where it is one.
    pub(crate) fn user(&self) -> Option<&str> {
        match self {
            Who::Holder {
                holder: Holder::Classic { login, .. } | Holder::FineGrained { login, .. },
                ..
            } => Some(login),
            _ => None,
        }
    }

    /// The scopes, where the token is a classic one.
    pub(crate) fn scopes(&self) -> Option<Vec<String>> {
        match self {
            Who::Holder {
                holder: Holder::Classic { scopes, .. },
                ..
            } => Some(scopes.iter().cloned().collect()),
            _ => None,
        }
    }

    /// May it change workflow files?
    pub(crate) fn may_change_workflows(&self) -> Result<(), &'static str> {
        let Who::Holder { holder, .. } = self else {
            return Err("refusing to allow a GitHub App to create or update workflow");
        };
        match holder {
            Holder::Classic { scopes, .. } if scopes.contains("workflow") => Ok(()),
            Holder::Classic { .. } => Err(
                "refusing to allow a Personal Access Token without `workflow` scope to create or update workflow",
            ),
            Holder::FineGrained { permissions, .. } | Holder::Installation { permissions, .. }
                if permissions.get("workflows") == Some(&Level::Write) =>
            {
                Ok(())
            }
            Holder::FineGrained { .. } => Err(
                "refusing to allow a Personal Access Token without `workflows` permission to create or update workflow",
            ),
            Holder::Installation { .. } | Holder::Workflow { .. } => Err(
                "refusing to allow a GitHub App without `workflows` permission to create or update workflow",
            ),
        }
    }
}

/// Who a header `Authorization` names; nobody where there is none.
pub(crate) fn authenticate(
    state: &State,
    header: Option<&str>,
    now: Timestamp,
) -> Result<Option<Who>, Refused> {
    let Some(header) = header else {
        return Ok(None);
    };
    let (scheme, secret) = header.split_once(' ').unwrap_or((header, ""));
    match scheme.to_lowercase().as_str() {
        "bearer" if secret.split('.').count() == 3 => app(state, secret, now).map(Some),
        "token" | "bearer" => holder(state, secret, now).map(Some),
        _ => Err(Refused::new(401, "Bad credentials")),
    }
}

/// Who holds a token.
pub(crate) fn holder(state: &State, secret: &str, now: Timestamp) -> Result<Who, Refused> {
    let bad = || Refused::new(401, "Bad credentials");
    let token = state.tokens.get(secret).ok_or_else(bad)?;
    if token.expires_at.is_some_and(|end| end <= now) {
        return Err(bad());
    }
    let login = match &token.holder {
        Holder::Classic { login, .. } | Holder::FineGrained { login, .. } => login.clone(),
        Holder::Workflow { .. } => "github-actions[bot]".to_owned(),
        Holder::Installation { installation, .. } => {
            let (app, _) = find_installation(state, *installation).ok_or_else(bad)?;
            format!("{}[bot]", app.slug)
        }
    };
    let holder = token.holder.clone();
    Ok(Who::Holder { login, holder })
}

#[derive(Deserialize)]
struct Claims {
    iss: serde_json::Value,
    iat: i64,
    exp: i64,
}

/// The App that signed a token of its own.
fn app(state: &State, token: &str, now: Timestamp) -> Result<Who, Refused> {
    let undecoded = || Refused::new(401, "A JSON web token could not be decoded");
    // The times are compared with our own clock below.
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let signed = |app: &App| -> Option<Claims> {
        let key = jsonwebtoken::DecodingKey::from_rsa_pem(app.public_key.as_bytes()).ok()?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
            .ok()?
            .claims;
        let issuer = claims
            .iss
            .as_str()
            .map_or_else(|| claims.iss.to_string(), str::to_owned);
        (issuer == app.id.to_string()).then_some(claims)
    };
    let (app, claims) = state
        .apps
        .iter()
        .find_map(|app| signed(app).map(|claims| (app, claims)))
        .ok_or_else(undecoded)?;
    let now = now.as_second();
    if claims.exp <= now {
        return Err(Refused::new(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        ));
    }
    if claims.exp > now + 600 {
        return Err(Refused::new(
            401,
            "'Expiration time' claim ('exp') is too far in the future",
        ));
    }
    if claims.iat > now {
        return Err(Refused::new(
            401,
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        ));
    }
    let (id, slug) = (app.id, app.slug.clone());
    Ok(Who::App { id, slug })
}

/// An installation by its number, with its App.
pub(crate) fn find_installation(state: &State, id: u64) -> Option<(&App, &Installation)> {
    state.apps.iter().find_map(|app| {
        let installation = app.installations.iter().find(|each| each.id == id)?;
        Some((app, installation))
    })
}

/// May `who` see this repository at all?
pub(crate) fn sees(state: &State, who: &Who, repository: &Repository) -> bool {
    !repository.private || given(state, who, repository).is_some()
}

/// The role that a token gives in a repository beyond what everybody may, by who holds it and what it is for.
pub(crate) fn given(state: &State, who: &Who, repository: &Repository) -> Option<Role> {
    let Who::Holder { holder, .. } = who else {
        return None;
    };
    let listed = |names: &Option<std::collections::BTreeSet<String>>| {
        names
            .as_ref()
            .is_none_or(|names| names.contains(&repository.name))
    };
    match holder {
        Holder::Classic { login, scopes } => {
            let scope =
                scopes.contains("repo") || (!repository.private && scopes.contains("public_repo"));
            scope.then(|| state.role(login, repository)).flatten()
        }
        Holder::FineGrained {
            login,
            owner,
            repositories,
            ..
        } => (*owner == repository.owner && listed(repositories))
            .then(|| state.role(login, repository))
            .flatten(),
        Holder::Installation {
            installation,
            repositories,
            ..
        } => {
            let (_, installation) = find_installation(state, *installation)?;
            let own = installation.organisation == repository.owner;
            (own && listed(&installation.repositories) && listed(repositories))
                .then_some(Role::Admin)
        }
        Holder::Workflow {
            repository: own, ..
        } => own
            .eq_ignore_ascii_case(&repository.full_name())
            .then_some(Role::Admin),
    }
}

/// Refuses what a token's fine-grained permissions do not allow.
fn permitted(who: &Who, permission: &str, level: Level) -> Result<(), Refused> {
    let Who::Holder { holder, .. } = who else {
        return Err(Refused::forbidden("Resource not accessible by integration"));
    };
    let (permissions, kind) = match holder {
        Holder::Classic { .. } => return Ok(()),
        Holder::FineGrained { permissions, .. } => (permissions, "personal access token"),
        Holder::Installation { permissions, .. } | Holder::Workflow { permissions, .. } => {
            (permissions, "integration")
        }
    };
    // Everybody who sees a repository may read what it is called.
    let enough = permissions.get(permission) >= Some(&level)
        || (permission == "metadata" && level == Level::Read);
    // Comments of a pull request and its labels can be written with either permission.
    let either = permission == "issues" && permissions.get("pull_requests") >= Some(&level);
    if enough || either {
        Ok(())
    } else {
        Err(Refused::forbidden(&format!(
            "Resource not accessible by {kind}"
        )))
    }
}

/// Refuses an operation on a repository that `who` may not do.
pub(crate) fn in_repository(
    state: &State,
    who: &Who,
    repository: &Repository,
    (permission, level, role): (&str, Level, Role),
) -> Result<(), Refused> {
    if matches!(who, Who::App { .. }) {
        return Err(Refused::new(401, "Requires authentication"));
    }
    if !sees(state, who, repository) {
        return Err(Refused::not_found());
    }
    let public_read = !repository.private && level == Level::Read && role == Role::Pull;
    if public_read {
        return Ok(());
    }
    permitted(who, permission, level)?;
    let given = given(state, who, repository).max((!repository.private).then_some(Role::Pull));
    if given < Some(role) {
        return Err(Refused::forbidden(match role {
            Role::Admin => "Must have admin rights to Repository.",
            _ => "Must have push access to repository",
        }));
    }
    Ok(())
}

/// Refuses an operation on an organisation that `who` may not do.
pub(crate) fn in_organisation(
    state: &State,
    who: &Who,
    login: &str,
    (permission, level, scope, near): (&str, Level, &str, Near),
) -> Result<(), Refused> {
    let (login, organisation) = state.organisation(login).ok_or_else(Refused::not_found)?;
    if near == Near::Anybody {
        return Ok(());
    }
    let Who::Holder { holder, .. } = who else {
        return Err(Refused::new(401, "Requires authentication"));
    };
    permitted(who, permission, level)?;
    let stands = |user: &str| match near {
        Near::Owner => organisation.owners.contains(user),
        Near::Member | Near::Anybody => organisation.has(user),
    };
    match holder {
        Holder::Classic {
            login: user,
            scopes,
        } => {
            // `admin:org` holds `write:org` and `read:org`.
            let wide = scope.ends_with(":org") && scopes.contains("admin:org");
            if !scope.is_empty() && !scopes.contains(scope) && !wide {
                return Err(Refused::not_found());
            }
            if stands(user) {
                Ok(())
            } else {
                Err(refused_by(near))
            }
        }
        Holder::FineGrained {
            login: user, owner, ..
        } => {
            if owner != login {
                return Err(Refused::forbidden(
                    "Resource not accessible by personal access token",
                ));
            }
            if stands(user) {
                Ok(())
            } else {
                Err(refused_by(near))
            }
        }
        Holder::Installation { installation, .. } => {
            let installed = find_installation(state, *installation)
                .is_some_and(|(_, each)| each.organisation == login);
            if installed {
                Ok(())
            } else {
                Err(Refused::not_found())
            }
        }
        Holder::Workflow { .. } => {
            Err(Refused::forbidden("Resource not accessible by integration"))
        }
    }
}

fn refused_by(near: Near) -> Refused {
    match near {
        Near::Owner => Refused::forbidden("You must be an admin of this organization."),
        _ => Refused::forbidden("You must be a member of this organization."),
    }
}
