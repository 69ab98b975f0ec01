curl -X POST http://127.0.0.1:4010/api/acme/login \
  -H 'Content-Type: application/json' \
  --data-raw '{
    "header": { "request_code": "1001Q" },
    "body": {
      "memb_email": "member@example.com",
      "memb_pwd": "correct-password"
    }
  }'
