import { testMembers } from '../member-tests.ts';

await testMembers('registry');
