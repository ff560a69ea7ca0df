import { createClient } from '@backlot/contract/client'
import { currentTenant } from './tenant.ts'

/** The one way to the server. The session cookie signs in; the header says which tenant. */
export const client = createClient({
  server: '',
  headers: (): Record<string, string> => {
    const tenant = currentTenant()
    return tenant === undefined ? {} : { 'backlot-tenant': tenant }
  },
})
