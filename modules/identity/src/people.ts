import type { Database } from '@backlot/db/database'
import type { Accounts, NewPerson } from './accounts.ts'
import type { User } from './membership.ts'
import { findUsers } from './queries/find-users.ts'

/** The accounts of the installation, for whoever shows or adds people. */
export interface People {
  /** The person with this e-mail; made when there is none. An account that exists keeps its name and password. */
  ensure(person: NewPerson): Promise<User>
  findByIds(ids: readonly string[]): Promise<User[]>
}

export function createPeople(database: Database, accounts: Accounts): People {
  return {
    ensure: async (person) => (await accounts.ensure(person)).user,
    findByIds: (ids) => (ids.length === 0 ? Promise.resolve([]) : database.auth((tx) => findUsers(tx, ids))),
  }
}
