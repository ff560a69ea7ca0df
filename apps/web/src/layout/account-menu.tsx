import type { Role } from '@backlot/contract/roles'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { setTheme, type Theme, useTheme } from './theme.ts'
import { useSession, useSignOut, useSwitchTenant } from './use-session.ts'

export const roleNames: Record<Role, string> = {
  client: 'Client',
  artist: 'Artist',
  project_manager: 'Project manager',
  tenant_admin: 'Administrator',
  global_admin: 'Global administrator',
}

const themeOptions = [
  { value: 'system', label: 'As the system', icon: 'system' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
] as const satisfies { value: Theme; label: string; icon: string }[]

export function AccountMenu() {
  const { user, tenant, tenants } = useSession()
  const theme = useTheme()
  const signOut = useSignOut()
  const switchTenant = useSwitchTenant()
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="account" aria-label={`Account of ${user.name}`}>
          <span className="account-initials" aria-hidden="true">
            {initials(user.name)}
          </span>
          <span className="account-name">
            <strong className="truncate">{user.name}</strong>
            <span className="muted truncate">{roleNames[tenant.role]}</span>
          </span>
        </button>
      }
    >
      <div className="account-who">
        <strong>{user.name}</strong>
        <span className="muted">{user.email}</span>
        <span className="muted">
          {roleNames[tenant.role]} in {tenant.name}
        </span>
      </div>
      {tenants.length > 1 && (
        <>
          <MenuSeparator />
          <MenuChoice
            label="Tenant"
            value={tenant.tenantId}
            options={tenants.map(({ tenantId, name }) => ({ value: tenantId, label: name }))}
            onChange={switchTenant}
          />
        </>
      )}
      <MenuSeparator />
      <MenuChoice label="Appearance" value={theme} options={themeOptions} onChange={setTheme} />
      <MenuSeparator />
      <MenuItem icon="leave" onSelect={signOut}>
        Sign out
      </MenuItem>
    </Menu>
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
