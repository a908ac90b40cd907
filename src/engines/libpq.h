// What haar calls of libpq, which is loaded when the first database is administered.
#pragma once

#include <libpq-fe.h>

#include "base/lazy_library.h"

namespace haar::engines {

inline constinit LazyLibrary libpq{"libpq.so.5"};

inline constinit LazyFunction<decltype(::PQclear)> PQclear{libpq, "PQclear"};
inline constinit LazyFunction<decltype(::PQcmdStatus)> PQcmdStatus{libpq, "PQcmdStatus"};
inline constinit LazyFunction<decltype(::PQcmdTuples)> PQcmdTuples{libpq, "PQcmdTuples"};
inline constinit LazyFunction<decltype(::PQconnectPoll)> PQconnectPoll{libpq, "PQconnectPoll"};
inline constinit LazyFunction<decltype(::PQconnectStartParams)> PQconnectStartParams{libpq, "PQconnectStartParams"};
inline constinit LazyFunction<decltype(::PQconsumeInput)> PQconsumeInput{libpq, "PQconsumeInput"};
inline constinit LazyFunction<decltype(::PQerrorMessage)> PQerrorMessage{libpq, "PQerrorMessage"};
inline constinit LazyFunction<decltype(::PQescapeIdentifier)> PQescapeIdentifier{libpq, "PQescapeIdentifier"};
inline constinit LazyFunction<decltype(::PQescapeLiteral)> PQescapeLiteral{libpq, "PQescapeLiteral"};
inline constinit LazyFunction<decltype(::PQfinish)> PQfinish{libpq, "PQfinish"};
inline constinit LazyFunction<decltype(::PQflush)> PQflush{libpq, "PQflush"};
inline constinit LazyFunction<decltype(::PQfmod)> PQfmod{libpq, "PQfmod"};
inline constinit LazyFunction<decltype(::PQfname)> PQfname{libpq, "PQfname"};
inline constinit LazyFunction<decltype(::PQfreemem)> PQfreemem{libpq, "PQfreemem"};
inline constinit LazyFunction<decltype(::PQftable)> PQftable{libpq, "PQftable"};
inline constinit LazyFunction<decltype(::PQftablecol)> PQftablecol{libpq, "PQftablecol"};
inline constinit LazyFunction<decltype(::PQftype)> PQftype{libpq, "PQftype"};
inline constinit LazyFunction<decltype(::PQgetResult)> PQgetResult{libpq, "PQgetResult"};
inline constinit LazyFunction<decltype(::PQgetisnull)> PQgetisnull{libpq, "PQgetisnull"};
inline constinit LazyFunction<decltype(::PQgetlength)> PQgetlength{libpq, "PQgetlength"};
inline constinit LazyFunction<decltype(::PQgetvalue)> PQgetvalue{libpq, "PQgetvalue"};
inline constinit LazyFunction<decltype(::PQisBusy)> PQisBusy{libpq, "PQisBusy"};
inline constinit LazyFunction<decltype(::PQnfields)> PQnfields{libpq, "PQnfields"};
inline constinit LazyFunction<decltype(::PQntuples)> PQntuples{libpq, "PQntuples"};
inline constinit LazyFunction<decltype(::PQresultErrorField)> PQresultErrorField{libpq, "PQresultErrorField"};
inline constinit LazyFunction<decltype(::PQresultStatus)> PQresultStatus{libpq, "PQresultStatus"};
inline constinit LazyFunction<decltype(::PQsendQuery)> PQsendQuery{libpq, "PQsendQuery"};
inline constinit LazyFunction<decltype(::PQsendQueryParams)> PQsendQueryParams{libpq, "PQsendQueryParams"};
inline constinit LazyFunction<decltype(::PQsetNoticeProcessor)> PQsetNoticeProcessor{libpq, "PQsetNoticeProcessor"};
inline constinit LazyFunction<decltype(::PQsetnonblocking)> PQsetnonblocking{libpq, "PQsetnonblocking"};
inline constinit LazyFunction<decltype(::PQsocket)> PQsocket{libpq, "PQsocket"};
inline constinit LazyFunction<decltype(::PQstatus)> PQstatus{libpq, "PQstatus"};
inline constinit LazyFunction<decltype(::PQtransactionStatus)> PQtransactionStatus{libpq, "PQtransactionStatus"};

}  // namespace haar::engines
