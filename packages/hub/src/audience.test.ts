import type { Person } from '@backlot/contract/handler'
import { roles } from '@backlot/contract/roles'
import { describe, expect, it } from 'vitest'
import { maySee } from './audience.ts'
import type { Audience } from './broker.ts'

const person = (role: Person['role']): Person => ({
  kind: 'person',
  userId: 'me',
  name: 'A',
  email: 'a@example.org',
  tenantId: 'mine',
  role,
  via: 'session',
  tokenId: 't',
})
const whoSees = (audience: Audience) => roles.filter((role) => maySee(person(role), audience))

describe('maySee', () => {
  it('shows workers to those who may list them', () => {
    const allButClients = ['artist', 'project_manager', 'tenant_admin', 'global_admin']
    expect(whoSees({ permission: 'workers.view' })).toEqual(allButClients)
    expect(whoSees({ permission: 'workers.view', tenantId: 'mine' })).toEqual(allButClients)
    expect(whoSees({ permission: 'workers.view', tenantId: 'other' })).toEqual([])
  })

  it("shows another person's job from project manager up, one's own to everybody", () => {
    const managers = ['project_manager', 'tenant_admin', 'global_admin']
    expect(whoSees({ tenantId: 'mine', ownerId: 'another' })).toEqual(managers)
    expect(whoSees({ tenantId: 'mine', ownerId: 'me' })).toEqual(roles)
  })

  it('shows a worker what is for it alone', () => {
    const worker = { kind: 'worker', workerId: 'w' } as const
    expect(maySee(worker, { workerId: 'w' })).toBe(true)
    for (const audience of [{ workerId: 'v' }, {}, { tenantId: 'mine' }]) expect(maySee(worker, audience)).toBe(false)
    expect(whoSees({ workerId: 'w' })).toEqual([])
  })
})
