/**
 * The roles that the product uses, and nothing else logs in.
 * `owner` makes and changes tables · `app` serves requests and sees one tenant (RLS) · `auth` has the schema of
 * sign-in for itself · `background` runs scheduler and sweeps over all tenants · `global_admin` crosses tenants for a
 * global administrator, explicitly and audited.
 */
export const databaseRoles = ['owner', 'app', 'auth', 'background', 'global_admin'] as const
export type DatabaseRole = (typeof databaseRoles)[number]

export interface Login {
  user: string
  password: string
}

/** Where a database is and who logs in. Plain JSON, so that a supervisor can hand it to the server's process. */
export interface DatabaseSettings {
  /** A host name, or the folder of a Unix socket. */
  host: string
  port: number
  database: string
  /** As the `pg` driver takes it; absent: no TLS. */
  ssl?: boolean | { rejectUnauthorized?: boolean; ca?: string }
  logins: Record<DatabaseRole, Login>
}

/** Name of the group role, which owns or is granted things. Login users are its members. */
export function groupRole(role: DatabaseRole): string {
  return `backlot_${role}`
}

/** Name of the login user: one for each database, so that two installations can share a server. */
export function loginUser(database: string, role: DatabaseRole): string {
  return `${database}_${role}_login`
}
