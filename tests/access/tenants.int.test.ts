import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestAccess, password, type TestAccess } from './test-access.ts'

let access: TestAccess
let global: string
let studio: string
beforeAll(async () => {
  access = await createTestAccess()
  global = await access.setUp()
  studio = (await access.client(global).whoami({})).tenant.tenantId
})
afterAll(() => access.close())

const code = (expected: string) => expect.objectContaining({ code: expected })
const signIn = async (email: string) => (await access.client().signIn({ body: { email, password } })).token
const inTenant = (token: string, tenantId: string) => access.client(token, { headers: { 'backlot-tenant': tenantId } })

describe('tenants', () => {
  it('are made by the global administrator with their own administrator and project', async () => {
    const admin = { email: 'boss@north.example', name: 'Boss', password }
    const north = await access.client(global).createTenant({ body: { name: 'North', slug: 'north', admin } })
    expect((await access.client(global).listTenants({})).items.map(({ slug }) => slug)).toEqual(['studio', 'north'])
    const boss = await signIn(admin.email)
    expect(await access.client(boss).whoami({})).toMatchObject({ tenant: { tenantId: north.id, role: 'tenant_admin' } })
    expect((await access.client(boss).listProjects({})).items).toMatchObject([{ shortId: 'default' }])
    await expect(access.client(boss).listTenants({})).rejects.toEqual(code('auth.forbidden'))
    await expect(access.client(boss).createTenant({ body: { name: 'X', slug: 'x', admin } })).rejects.toEqual(
      code('auth.forbidden'),
    )
    await expect(access.client(global).createTenant({ body: { name: 'N', slug: 'north', admin } })).rejects.toEqual(
      code('tenant.slug_taken'),
    )
  })

  it('leave nothing behind when their administrator can not be made', async () => {
    const admin = { email: 'weak@example.org', name: 'Weak', password: 'password1234' }
    await expect(access.client(global).createTenant({ body: { name: 'Weak', slug: 'weak', admin } })).rejects.toEqual(
      code('auth.weak_password'),
    )
    expect(await access.test.admin("select 1 from backlot.tenants where slug = 'weak'")).toEqual([])
  })

  it('are closed to everybody else, and open to the global administrator, who is written down', async () => {
    const boss = await signIn('boss@north.example')
    const { tenant } = await access.client(boss).whoami({})
    await expect(inTenant(boss, studio).whoami({})).rejects.toEqual(code('tenant.not_found'))
    await expect(inTenant(boss, randomUUID()).whoami({})).rejects.toEqual(code('tenant.not_found'))
    await expect(inTenant(boss, 'north').whoami({})).rejects.toEqual(code('tenant.not_found'))

    expect(await inTenant(global, tenant.tenantId).whoami({})).toMatchObject({
      tenant: { slug: 'north', role: 'global_admin' },
    })
    await inTenant(global, tenant.tenantId).listProjects({})
    await expect(inTenant(global, randomUUID()).whoami({})).rejects.toEqual(code('tenant.not_found'))
    const entries = () =>
      access.test.admin(
        "select tenant_id, actor_name from backlot.audit where action = 'tenant.entered_by_global_admin'",
      )
    expect(await entries()).toEqual([{ tenant_id: tenant.tenantId, actor_name: 'Ada' }])
    access.pass(3601)
    await inTenant(global, tenant.tenantId).listProjects({})
    expect(await entries()).toHaveLength(2)
  })

  it('bind personal tokens', async () => {
    const boss = await signIn('boss@north.example')
    const { tenant } = await access.client(boss).whoami({})
    const { secret } = await access.client(boss).createToken({ body: { name: 'north only' } })
    await access
      .client(global)
      .createMember({ body: { email: 'boss@north.example', name: 'B', password, role: 'artist' } })
    await inTenant(boss, studio).whoami({})
    await inTenant(secret, tenant.tenantId).whoami({})
    await expect(inTenant(secret, studio).whoami({})).rejects.toEqual(code('tenant.not_found'))
    expect((await access.client(secret).whoami({})).tenants).toHaveLength(1)
  })
})

describe('members', () => {
  const add = (email: string, role: 'artist' | 'tenant_admin' | 'project_manager' | 'client' = 'artist') =>
    access.client(global).createMember({ body: { email, name: 'Kim', password, role } })

  it('are added once, and their role counts from the next request on', async () => {
    const { userId } = await add('kim@example.org')
    await expect(add('kim@example.org')).rejects.toEqual(code('member.exists'))
    const kim = await signIn('kim@example.org')
    expect((await access.client(kim).whoami({})).tenant.role).toBe('artist')
    const project = { body: { name: 'Film', shortId: 'film' } }
    await expect(access.client(kim).createProject(project)).rejects.toEqual(code('auth.forbidden'))
    await access.client(global).changeMember({ params: { userId }, body: { role: 'project_manager' } })
    await access.client(kim).createProject(project)
    await expect(access.client(kim).createProject(project)).rejects.toEqual(code('project.name_taken'))
    await expect(access.client(kim).listMembers({})).rejects.toEqual(code('auth.forbidden'))
    expect((await access.client(global).listMembers({})).items).toContainEqual(
      expect.objectContaining({ email: 'kim@example.org', role: 'project_manager' }),
    )
  })

  it('keep their account when another tenant adds them', async () => {
    await add('lee@example.org')
    const admin = { email: 'lee@example.org', name: 'Not Lee', password: 'another good password' }
    await access.client(global).createTenant({ body: { name: 'South', slug: 'south', admin } })
    const lee = await signIn('lee@example.org')
    const { user, tenants } = await access.client(lee).whoami({})
    expect(user.name).toBe('Kim')
    expect(tenants.map(({ slug, role }) => [slug, role])).toEqual([
      ['studio', 'artist'],
      ['south', 'tenant_admin'],
    ])
  })

  it('can not be changed from another tenant, and the last administrator stays', async () => {
    const boss = await signIn('boss@north.example')
    const { items } = await access.client(global).listMembers({})
    const ada = items.find(({ role }) => role === 'tenant_admin')?.userId ?? ''
    const kim = items.find(({ email }) => email === 'kim@example.org')?.userId ?? ''
    await expect(
      access.client(boss).changeMember({ params: { userId: kim }, body: { role: 'client' } }),
    ).rejects.toEqual(code('member.not_found'))
    await expect(
      access.client(global).changeMember({ params: { userId: ada }, body: { role: 'client' } }),
    ).rejects.toEqual(code('member.last_admin'))
  })

  it('leave a trace of every change', async () => {
    const rows = await access.test.admin<{ action: string }>(
      'select distinct action from backlot.audit order by action',
    )
    expect(rows.map(({ action }) => action)).toEqual([
      'installation.set_up',
      'member.added',
      'member.role_changed',
      'project.created',
      'tenant.created',
      'tenant.entered_by_global_admin',
    ])
  })
})

describe('projects', () => {
  it('are found in their tenant only; without an id, the default', async () => {
    const boss = await signIn('boss@north.example')
    const { tenant } = await access.client(boss).whoami({})
    const [project] = (await access.client(boss).listProjects({})).items
    expect(await access.tenancy.findProject(tenant.tenantId, undefined)).toMatchObject({ id: project?.id })
    expect(await access.tenancy.findProject(tenant.tenantId, project?.id)).toMatchObject({ shortId: 'default' })
    expect(await access.tenancy.findProject(studio, project?.id)).toBeUndefined()
  })
})
