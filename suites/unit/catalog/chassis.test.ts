import { ApiError, httpApp, readBody } from '../../../services/catalog/src/chassis/http.ts';
import { createLog } from '../../../services/catalog/src/chassis/log.ts';
import { httpSettings, readSettings } from '../../../services/catalog/src/chassis/settings.ts';
import { testChassis } from '../../support/chassis.ts';

testChassis({ ApiError, createLog, httpApp, httpSettings, readBody, readSettings });
