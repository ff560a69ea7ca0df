import type { Whoami } from '@backlot/contract/schemas/identity'
import { isAllowed, type Permission } from '@backlot/contract/roles'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client } from '../api/client.ts'
import { whoamiQuery } from '../api/queries.ts'
import { chooseTenant, forgetTenant } from '../api/tenant.ts'
import { paths } from '../paths.ts'

/** Who is signed in, in which tenant. Below the app's layout this is always known. */
export function useSession(): Whoami {
  return useSuspenseQuery(whoamiQuery()).data
}

export function useMay(permission: Permission): boolean {
  return isAllowed(useSession().tenant.role, permission)
}

export function useSignOut(): () => void {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { mutate } = useMutation({
    mutationFn: () => client.signOut({}),
    onSuccess: async () => {
      forgetTenant()
      await navigate(paths.signIn())
      queryClient.clear()
    },
  })
  return mutate
}

/** Another tenant is another world: nothing that was loaded stays, and the hub connects anew. */
export function useSwitchTenant(): (tenantId: string) => void {
  return (tenantId) => {
    chooseTenant(tenantId)
    location.assign('/')
  }
}
