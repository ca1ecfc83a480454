using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.ApiServer.Requests;

/// <summary>Makes an <see cref="ApiRequest"/> out of method, path and query, and objects out of bodies.</summary>
internal static class RequestReader
{
    /// <summary>The request, or null where its path names no kind that is served.</summary>
    public static ApiRequest? Read(HttpRequest http, KindTable kinds, User user)
    {
        var parts = http.Path.Value!.Trim('/').Split('/');
        var (group, version, rest) = parts switch
        {
            ["api", "v1", .. var core] => ("", "v1", core),
            ["apis", var named, var served, .. var others] => (named, served, others),
            _ => ("", "", []),
        };
        var (place, path) = rest is ["namespaces", var given, var first, ..] && first is not ("status" or "finalize")
            ? (given, rest[2..])
            : (null, rest);
        if (path.Length is 0 or > 3 || kinds.ByResource(group, version, path[0]) is not { } kind)
        {
            return null;
        }

        var name = path.Length > 1 ? path[1] : null;
        var subresource = path.Length > 2 ? path[2] : null;
        var known = subresource switch { null => true, "status" => kind.HasStatus, "scale" => kind.HasScale, _ => false };
        // A namespaced kind is read across all namespaces, but only as a collection.
        if (!known || (place is not null && !kind.Namespaced) || (kind.Namespaced && place is null && name is not null))
        {
            return null;
        }

        return new(Verb(http, name), kind, place, name, subresource, user)
        {
            Query = http.Query,
            Manager = http.Query["fieldManager"].FirstOrDefault() is { Length: > 0 } manager ? manager : http.Headers.UserAgent.ToString().Split('/')[0],
            Deadline = Timeout(http.Query["timeout"].FirstOrDefault()) is { } timeout ? DateTimeOffset.UtcNow + timeout : null,
        };
    }

    /// <summary>A body as JSON; null where there is none.</summary>
    /// <exception cref="ApiException">415 or 400: it is something else.</exception>
    public static async Task<JsonNode?> BodyAsync(HttpRequest http, CancellationToken cancellation)
    {
        using var buffer = new MemoryStream();
        await http.Body.CopyToAsync(buffer, cancellation);
        if (buffer.Length == 0)
        {
            return null;
        }

        if (http.ContentType?.Contains("protobuf", StringComparison.Ordinal) == true)
        {
            return Protobuf.Read(buffer.ToArray());
        }

        try
        {
            return JsonNode.Parse(buffer.ToArray());
        }
        catch (JsonException malformed)
        {
            throw ApiException.BadRequest($"couldn't read the body as JSON (this test server reads no YAML): {malformed.Message}");
        }
    }

    /// <exception cref="ApiException">400: there is no object.</exception>
    public static async Task<JsonObject> ObjectAsync(HttpRequest http, CancellationToken cancellation)
        => await BodyAsync(http, cancellation) as JsonObject ?? throw ApiException.BadRequest("the body of the request must be an object");

    private static string Verb(HttpRequest http, string? name) => http.Method switch
    {
        "GET" when name is not null => "get",
        "GET" => http.Query["watch"].FirstOrDefault() is "1" or "true" ? "watch" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => name is null ? "deletecollection" : "delete",
        var other => other.ToLowerInvariant(),
    };

    // Go's durations, as far as clients write them: 30s, 1m30s, 500ms.
    private static TimeSpan? Timeout(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var (sum, number) = (TimeSpan.Zero, "");
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsAsciiDigit(text[index]) || text[index] == '.')
            {
                number += text[index];
                continue;
            }

            var unit = index + 1 < text.Length && text[index] == 'm' && text[index + 1] == 's' ? "ms" : text[index].ToString();
            if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || unit is not ("ms" or "s" or "m" or "h"))
            {
                throw ApiException.BadRequest($"invalid timeout specified in the request URL: {text}");
            }

            sum += unit switch
            {
                "ms" => TimeSpan.FromMilliseconds(value),
                "s" => TimeSpan.FromSeconds(value),
                "m" => TimeSpan.FromMinutes(value),
                _ => TimeSpan.FromHours(value),
            };
            (number, index) = ("", index + unit.Length - 1);
        }

        return sum > TimeSpan.Zero ? sum : null;
    }
}
