import type { Role } from '@backlot/contract/roles'
import type { ComponentProps } from 'react'
import { useSession } from './use-session.ts'

export const roleNames: Record<Role, string> = {
  client: 'Client',
  artist: 'Artist',
  project_manager: 'Project manager',
  tenant_admin: 'Administrator',
  global_admin: 'Global administrator',
}

/** Opens the account menu, once that is loaded. */
export function AccountButton(props: ComponentProps<'button'>) {
  const { user, tenant } = useSession()
  return (
    <button type="button" {...props} className="account">
      <span className="account-initials" data-initials={initials(user.name)} />
      <span className="account-name">
        <span className="visually-hidden">Account: </span>
        <strong className="truncate">{user.name}</strong>
        <span className="muted truncate">{roleNames[tenant.role]}</span>
      </span>
    </button>
  )
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase()
}
