import { testMembers } from '../member-tests.ts';

await testMembers('hosts');
