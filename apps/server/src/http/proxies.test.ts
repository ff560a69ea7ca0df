import { describe, expect, it } from 'vitest'
import { trustProxies } from './proxies.ts'

const from = (remoteAddress: string, headers: Record<string, string> = {}) => ({ headers, socket: { remoteAddress } })
const forwarded = (text: string) => ({ 'x-forwarded-for': text, 'x-forwarded-host': 'backlot.example.org' })

describe('trustProxies', () => {
  it('believes nobody unless told so', () => {
    const nobody = trustProxies([])
    const request = from('127.0.0.1', { ...forwarded('203.0.113.7'), host: 'own' })
    expect(nobody.addressOf(request)).toBe('127.0.0.1')
    expect(nobody.hostOf(request)).toBe('own')
  })

  it('takes the last address that is not a trusted proxy, and never one that a stranger claims', () => {
    const { addressOf, hostOf } = trustProxies(['loopback', '10.0.0.0/8', '2001:db8::/32'])
    expect(addressOf(from('127.0.0.1', forwarded('203.0.113.7')))).toBe('203.0.113.7')
    expect(addressOf(from('::ffff:127.0.0.1', forwarded('203.0.113.7, 10.1.2.3')))).toBe('203.0.113.7')
    expect(addressOf(from('::1', forwarded('1.1.1.1, 203.0.113.7')))).toBe('203.0.113.7')
    expect(addressOf(from('2001:db8::5', forwarded('::ffff:203.0.113.7')))).toBe('203.0.113.7')
    expect(addressOf(from('203.0.113.9', forwarded('1.1.1.1')))).toBe('203.0.113.9')
    expect(addressOf(from('127.0.0.1', forwarded('nonsense')))).toBe('127.0.0.1')
    expect(addressOf(from('127.0.0.1'))).toBe('127.0.0.1')
    expect(hostOf(from('10.9.9.9', { ...forwarded(''), host: 'own' }))).toBe('backlot.example.org')
    expect(hostOf(from('203.0.113.9', { ...forwarded(''), host: 'own' }))).toBe('own')
  })

  it('refuses a list that is none', () => {
    for (const wrong of ['everybody', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '*', ''])
      expect(() => trustProxies([wrong])).toThrow(TypeError)
  })
})
