using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;

namespace HaWebhook.ApiServer.Requests;

/// <summary>An answer other than success, as the API server words it: a <c>Status</c> with code, reason and message.</summary>
internal sealed class ApiException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code => code;

    /// <summary>The token with which an expired list can go on; null elsewhere.</summary>
    public string? Continue { get; init; }

    /// <summary>The <c>Status</c> object.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = Continue is null ? new JsonObject() : new JsonObject { ["continue"] = Continue },
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (reason.Length > 0)
        {
            status["reason"] = reason;
        }

        if (details is not null)
        {
            status["details"] = details.DeepClone();
        }

        status["code"] = code;
        return status;
    }

    public static ApiException NotFound(ApiKind kind, string name)
        => new(404, "NotFound", $"{kind.Qualified} \"{name}\" not found", Details(kind, name));

    public static ApiException AlreadyExists(ApiKind kind, string name)
        => new(409, "AlreadyExists", $"{kind.Qualified} \"{name}\" already exists", Details(kind, name));

    public static ApiException Conflict(ApiKind kind, string name, string why)
        => new(409, "Conflict", $"Operation cannot be fulfilled on {kind.Qualified} \"{name}\": {why}", Details(kind, name));

    public static ApiException Modified(ApiKind kind, string name)
        => Conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Internal(string message)
        => new(500, "InternalError", $"Internal error occurred: {message}",
            new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) });

    public static ApiException Expired(string message) => new(410, "Expired", message);

    public static ApiException UnsupportedMediaType(string message) => new(415, "UnsupportedMediaType", message);

    public static ApiException MethodNotAllowed() => new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    /// <summary>An object that may not be stored, with the field that is at fault.</summary>
    public static ApiException Invalid(ApiKind kind, string name, string field, string problem)
    {
        var details = new JsonObject { ["name"] = name };
        if (kind.Group.Length > 0)
        {
            details["group"] = kind.Group;
        }

        details["kind"] = kind.Kind;
        details["causes"] = new JsonArray(new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = problem, ["field"] = field });
        return new(422, "Invalid", $"{kind.Kind}{(kind.Group.Length > 0 ? "." + kind.Group : "")} \"{name}\" is invalid: {field}: {problem}", details);
    }

    public static ApiException Forbidden(ApiKind kind, User user, string verb, string? @namespace, string? name)
    {
        var details = Details(kind, name);
        var scope = @namespace is null ? "at the cluster scope" : $"in the namespace \"{@namespace}\"";
        var subject = name is null ? kind.Qualified : $"{kind.Qualified} \"{name}\"";
        return new(403, "Forbidden", $"{subject} is forbidden: User \"{user.Name}\" cannot {verb} resource \"{kind.Plural}\" "
            + $"in API group \"{kind.Group}\" {scope}", details);
    }

    private static JsonObject Details(ApiKind kind, string? name)
    {
        var details = new JsonObject();
        if (name is not null)
        {
            details["name"] = name;
        }

        if (kind.Group.Length > 0)
        {
            details["group"] = kind.Group;
        }

        details["kind"] = kind.Plural;
        return details;
    }
}
