import { check as badSchemaFile } from './bad-schema-file.ts';
import { check as budgetAlwaysExceeded } from './budget-always-exceeded.ts';
import { check as budgetOutOfReach } from './budget-out-of-reach.ts';
import { check as budgetWithoutPrice } from './budget-without-price.ts';
import type { Check } from './check.ts';
import { check as consumerNotAdmitted } from './consumer-not-admitted.ts';
import { check as consumerWithoutAuth } from './consumer-without-auth.ts';
import { check as contradictoryBounds } from './contradictory-bounds.ts';
import { check as currencyDiffers } from './currency-differs.ts';
import { check as duplicateNameInList } from './duplicate-name-in-list.ts';
import { check as fallbackSmallerWindow } from './fallback-smaller-window.ts';
import { check as fallbackToItself } from './fallback-to-itself.ts';
import { check as freezeWindow } from './freeze-window.ts';
import { check as gatewayForNobody } from './gateway-for-nobody.ts';
import { check as gatewayNotRun } from './gateway-not-run.ts';
import { check as hostServedTwice } from './host-served-twice.ts';
import { check as impossibleDate } from './impossible-date.ts';
import { check as incompleteProvider } from './incomplete-provider.ts';
import { check as indistinguishableConsumers } from './indistinguishable-consumers.ts';
import { check as limitBelowRequest } from './limit-below-request.ts';
import { check as listenerConflict } from './listener-conflict.ts';
import { check as literalSecret } from './literal-secret.ts';
import { check as missingCapability } from './missing-capability.ts';
import { check as missingCompanion } from './missing-companion.ts';
import { check as missingFile } from './missing-file.ts';
import { check as modelForEverybody } from './model-for-everybody.ts';
import { check as modelForNobody } from './model-for-nobody.ts';
import { check as mtlsWithoutAuthority } from './mtls-without-authority.ts';
import { check as naming } from './naming.ts';
import { check as notAllowed } from './not-allowed.ts';
import { check as policyRule } from './policy-rule.ts';
import { check as promptTooLong } from './prompt-too-long.ts';
import { check as referenceCycle } from './reference-cycle.ts';
import { check as roleMarker } from './role-marker.ts';
import { check as rolloutTooShort } from './rollout-too-short.ts';
import { check as routeNeverMatches } from './route-never-matches.ts';
import { check as routeShadowed } from './route-shadowed.ts';
import { check as settingWithoutEffect } from './setting-without-effect.ts';
import { check as sunsetPassed } from './sunset-passed.ts';
import { check as timeoutsConflict } from './timeouts-conflict.ts';
import { check as typeDiffers } from './type-differs.ts';
import { check as undeclaredVariable } from './undeclared-variable.ts';
import { check as unknownInput } from './unknown-input.ts';
import { check as unknownLocalName } from './unknown-local-name.ts';
import { check as unknownReference } from './unknown-reference.ts';
import { check as unlimited } from './unlimited.ts';
import { check as unowned } from './unowned.ts';
import { check as unpinnedVersion } from './unpinned-version.ts';
import { check as unsafeVariable } from './unsafe-variable.ts';
import { check as unusedResource } from './unused-resource.ts';
import { check as unusedVariable } from './unused-variable.ts';
import { check as weightsSum } from './weights-sum.ts';

/** All rules, in the order of their codes. */
export const checks: readonly Check[] = [
  unknownReference,
  unusedResource,
  referenceCycle,
  routeNeverMatches,
  routeShadowed,
  weightsSum,
  fallbackSmallerWindow,
  missingCapability,
  fallbackToItself,
  consumerWithoutAuth,
  modelForNobody,
  modelForEverybody,
  gatewayForNobody,
  consumerNotAdmitted,
  mtlsWithoutAuthority,
  listenerConflict,
  duplicateNameInList,
  rolloutTooShort,
  sunsetPassed,
  unpinnedVersion,
  unlimited,
  timeoutsConflict,
  typeDiffers,
  missingCompanion,
  settingWithoutEffect,
  contradictoryBounds,
  unknownLocalName,
  indistinguishableConsumers,
  hostServedTwice,
  impossibleDate,
  gatewayNotRun,
  undeclaredVariable,
  unusedVariable,
  unsafeVariable,
  roleMarker,
  promptTooLong,
  missingFile,
  badSchemaFile,
  budgetOutOfReach,
  budgetAlwaysExceeded,
  budgetWithoutPrice,
  currencyDiffers,
  limitBelowRequest,
  literalSecret,
  incompleteProvider,
  unknownInput,
  naming,
  unowned,
  notAllowed,
  policyRule,
  freezeWindow,
];
