import type { Session } from '@backlot/contract/schemas/identity'
import type { SavedSession } from '../session-file.ts'

const exampleUser = { id: crypto.randomUUID(), email: 'ada@studio.test', name: 'Ada' }
const exampleTenant = { tenantId: crypto.randomUUID(), slug: 'studio', name: 'Studio', role: 'artist' as const }
export const exampleProject = { projectId: crypto.randomUUID(), name: 'Trailer' }

/** A saved session of a person with one tenant and one project, given at the start of 2030. */
export function exampleSession(changes: Partial<SavedSession>): SavedSession {
  return {
    token: 'token',
    issuedAt: '2030-01-01T00:00:00.000Z',
    expiresAt: '2030-01-08T00:00:00.000Z',
    user: exampleUser,
    tenant: exampleTenant,
    projects: [exampleProject],
    projectId: exampleProject.projectId,
    jobIds: [],
    ...changes,
  }
}

/** What the server answers to a sign-in of the same person. */
export function answeredSession(token: string): Session {
  return { token, expiresAt: '2030-01-08T00:00:00.000Z', user: exampleUser, tenants: [exampleTenant] }
}
