import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { AccountButton, roleNames } from './account-button.tsx'
import { setTheme, type Theme, useTheme } from './theme.ts'
import { useSession, useSignOut, useSwitchTenant } from './use-session.ts'

const themeOptions = [
  { value: 'system', label: 'As the system', icon: 'system' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
] as const satisfies { value: Theme; label: string; icon: string }[]

/** Who is signed in and where; tenant, appearance, leaving. Loaded after the page: menus are a third of its code. */
export default function AccountMenu() {
  const { user, tenant, tenants } = useSession()
  const theme = useTheme()
  const signOut = useSignOut()
  const switchTenant = useSwitchTenant()
  return (
    <Menu align="start" trigger={<AccountButton />}>
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
