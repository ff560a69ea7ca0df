import type { Session, Whoami } from '@backlot/contract/schemas/identity'

export type User = Session['user']
export type Membership = Whoami['tenant']
