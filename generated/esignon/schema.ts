// Generated from openapi/esignon.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/api/{companyId}/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue an access token
         * @description Issues the access token of one user of a company. `header.result_code` says whether it did; that a refused login
         *     answers HTTP 200, as a successful one does, is inferred from its codes' standing in the body.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A login request. The English page marks its members as required, the Japanese page marks nothing. Further members are allowed, which is inferred from public code that sends some. */
        LoginRequest: {
            /** @description What is asked for. */
            header: {
                /**
                 * @description The number of this request, always `1001Q`.
                 * @example 1001Q
                 * @constant
                 */
                request_code: "1001Q";
            };
            /** @description Who logs in. */
            body: {
                /**
                 * @description E-mail address of the user.
                 * @example member@example.com
                 */
                memb_email: string;
                /**
                 * Format: password
                 * @description Password of the user.
                 */
                memb_pwd: string;
            };
        };
        /** @description What a login is answered with. */
        LoginReply: components["schemas"]["LoginSuccess"] | components["schemas"]["LoginFailure"];
        /** @description A login that succeeded: the token, and whom it is for. */
        LoginSuccess: {
            /** @description How the request was answered. */
            header: {
                response_code?: components["schemas"]["ResponseCode"];
                /**
                 * @description `00`: success.
                 * @constant
                 */
                result_code: "00";
                result_msg?: components["schemas"]["ResultMessage"];
                session_id?: components["schemas"]["SessionId"];
            };
            /** @description The token, and whom it is for. */
            body: {
                /** @description The token that every other call needs. */
                access_token: string;
                /**
                 * @description Id of the company.
                 * @example acme
                 */
                comp_id?: string;
                /**
                 * @description Id of the device.
                 * @example device-1
                 */
                device_id?: string;
                /**
                 * @description When the token expires, going by the name: the pages print a placeholder only, `{Expired}` in English and `{満了日}` (date of expiry) in Japanese, and give neither format nor time zone. A date and time with its offset from UTC is taken for the instant at which the token ends; any other text is for people. Other pages of the vendor write dates as `YYYY-MM-DD`.
                 * @example 2027-01-31
                 */
                expire_date?: string;
                /**
                 * @description E-mail address of the user.
                 * @example member@example.com
                 */
                memb_email?: string;
            };
        };
        /** @description A login that was refused: the code says why. */
        LoginFailure: {
            /** @description How the request was answered. */
            header: {
                response_code?: components["schemas"]["ResponseCode"];
                /**
                 * @description Why the login failed.
                 *
                 *     | code | meaning |
                 *     |---|---|
                 *     | `10` | The login information is incorrect. |
                 *     | `12` | Parsing failed because the body of the message is incorrect. |
                 *     | `95` | The company is unable to call the API; the customer center can help. |
                 *     | `99` | An unexpected exception (incorrect format). |
                 *
                 *     The Japanese page differs in two: of `12` it says 「パスできませんでした」, "could not pass", and for `95` it
                 *     sends to the administrator (管理者).
                 * @enum {string}
                 */
                result_code: "10" | "12" | "95" | "99";
                result_msg?: components["schemas"]["ResultMessage"];
                session_id?: components["schemas"]["SessionId"];
            };
            /** @description Absent, `null` or any object. */
            body?: Record<string, unknown> | null;
        };
        /**
         * @description The number of this reply: `1001A` for the request `1001Q`. That `A` takes the place of `Q` is a rule of other calls too.
         * @example 1001A
         */
        ResponseCode: string;
        /**
         * @description The result in words, in English or Japanese. For people; decide by `result_code`.
         * @example You have successfully logged in.
         */
        ResultMessage: string;
        /**
         * @description An empty string in every reply that is documented.
         * @example
         */
        SessionId: string;
        /** @description Any JSON value. */
        UndescribedReply: unknown;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the company. The English page marks it as required, the Japanese page marks nothing. */
                companyId: string;
            };
            cookie?: never;
        };
        /** @description What is asked for, and for whom. Sent as `application/json`. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description The login was answered; `header.result_code` says whether it succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginReply"];
                };
            };
            /** @description Anything that the login page does not describe. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndescribedReply"];
                };
            };
        };
    };
}
