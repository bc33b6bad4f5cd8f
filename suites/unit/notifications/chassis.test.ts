import { ApiError, httpApp, readBody } from '../../../services/notifications/src/chassis/http.ts';
import { createLog } from '../../../services/notifications/src/chassis/log.ts';
import { httpSettings, readSettings } from '../../../services/notifications/src/chassis/settings.ts';
import { testChassis } from '../../support/chassis.ts';

testChassis({ ApiError, createLog, httpApp, httpSettings, readBody, readSettings });
