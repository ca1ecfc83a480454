namespace HaWebhook.ApiServer.Requests;

/// <summary>Decides who may do what, and remembers what was asked.</summary>
internal sealed class Authorizer(Faults faults, RequestLog log)
{
    /// <summary>Lets a request go on.</summary>
    /// <param name="request">The request.</param>
    /// <param name="verb">What it wants to do: its own verb, or <c>create</c> for an apply of what is not there.</param>
    /// <exception cref="ApiException">403: it may not.</exception>
    public void Require(ApiRequest request, string verb)
    {
        var resource = request.Kind.Plural + (request.Subresource is null ? "" : "/" + request.Subresource);
        log.Add(new AccessRecord(request.User.Name, verb, request.Kind.Group, resource, request.Namespace, request.Name));
        if (faults.IsForbidden(request.User.Name, verb, request.Kind.Plural, request.Namespace))
        {
            throw ApiException.Forbidden(request.Kind, request.User, verb, request.Namespace, request.Name);
        }
    }
}
