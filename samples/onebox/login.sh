curl -X POST http://127.0.0.1:4010/api/authenticate \
  -H 'Content-Type: application/json' \
  --data-raw '{
    "email": "userdemo@gmail.com",
    "password": "userdemo",
    "siteId": 123
  }'
