import { type ApiUnderTest, apiNamed } from "../support/apis.ts";

/** The APIs that these tests are about: one without lifetimes, one of its own header, one of JWTs, one with refresh. */
export const esignonApi: ApiUnderTest = apiNamed("esignon");
export const headerLoginApi: ApiUnderTest = apiNamed("header-login");
export const oneboxApi: ApiUnderTest = apiNamed("onebox");
export const refreshLoginApi: ApiUnderTest = apiNamed("refresh-login");
