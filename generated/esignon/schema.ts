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
         * @description Checks a member's e-mail address and password within one company and issues an access token.
         *     Success and failure both answer HTTP 200: `header.result_code` tells them apart.
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
        /** @description A login request. Further members are allowed. */
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
                 * @description E-mail address of the member.
                 * @example member@example.com
                 */
                memb_email: string;
                /**
                 * Format: password
                 * @description Password of the member.
                 */
                memb_pwd: string;
            };
        };
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
                 * @description When the token expires. The page gives neither format nor time zone, so it is text for people, and no instant can be computed from it. Other pages of the vendor write dates as `YYYY-MM-DD`.
                 * @example 2027-01-31
                 */
                expire_date?: string;
                /**
                 * @description E-mail address of the member.
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
         * @description The number of this reply: that of the request, with `A` for `Q`.
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
                /** @description Id of the company that the member belongs to. */
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
                    "application/json": components["schemas"]["LoginSuccess"] | components["schemas"]["LoginFailure"];
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
