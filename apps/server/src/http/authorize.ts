import { CodedError } from '@backlot/base/errors'
import type { Caller } from '@backlot/contract/handler'
import { isAllowed, permissions } from '@backlot/contract/roles'
import type { Access } from '@backlot/contract/route'

/** The one place that decides whether a caller may use a route. Throws `auth.*` when not. */
export function authorize(access: Access, caller: Caller): void {
  if (access === 'public') return
  if (caller.kind === 'anonymous') throw new CodedError('auth.required', 'This needs a sign-in.')
  if (typeof access === 'object') {
    if (caller.kind === 'attempt' && access.orAttempt) return
    if (caller.kind === 'person') {
      if (isAllowed(caller.role, access.permission)) return
      throw new CodedError('auth.forbidden', `Your role (${caller.role}) does not allow this.`, {
        details: { permission: access.permission, needs: permissions[access.permission], role: caller.role },
      })
    }
  } else if (access === caller.kind || (access === 'worker' && caller.kind === 'attempt')) return
  throw new CodedError('auth.forbidden', `A ${caller.kind}'s token can't be used here.`, { details: { needs: access } })
}
