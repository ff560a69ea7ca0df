import type { Database } from '@backlot/db/database'

/** An account of the installation. */
export interface Account {
  id: string
  email: string
  name: string
}

/** What tenancy needs to know of people. */
export interface PeopleDirectory {
  /** The person with this e-mail; made when there is none. Throws `auth.weak_password`. */
  ensure(person: { email: string; name: string; password: string }): Promise<Account>
  findByIds(ids: readonly string[]): Promise<Account[]>
}

export interface TenancyPorts {
  database: Database
  clock: () => Date
  /** A function, because identity and tenancy each need the other. */
  people: () => PeopleDirectory
  /** The person's role changed: it counts from the next request on. */
  forgetUser: (userId: string) => void
}
